/** Networks and their weights files. */
@NullMarked
package io.ssld.zoo;

import org.jspecify.annotations.NullMarked;
