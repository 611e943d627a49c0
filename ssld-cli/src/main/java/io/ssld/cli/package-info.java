/** The {@code ssld} command: options, exit codes, progress on the terminal. */
@NullMarked
package io.ssld.cli;

import org.jspecify.annotations.NullMarked;
