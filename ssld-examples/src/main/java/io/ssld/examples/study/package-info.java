/** Studies behind the figures in docs/: run by hand, on data that is not part of the project. */
@NullMarked
package io.ssld.examples.study;

import org.jspecify.annotations.NullMarked;
