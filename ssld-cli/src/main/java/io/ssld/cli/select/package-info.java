/** {@code ssld select}: what to keep of a pool of images; one command a file. */
@NullMarked
package io.ssld.cli.select;

import org.jspecify.annotations.NullMarked;
