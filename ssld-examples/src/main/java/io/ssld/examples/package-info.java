/** Short programs to copy: each is one file with a {@code main}, and uses the public API alone. */
@NullMarked
package io.ssld.examples;

import org.jspecify.annotations.NullMarked;
