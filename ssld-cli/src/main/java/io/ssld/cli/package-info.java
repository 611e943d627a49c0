/**
 * The {@code ssld} command: the table of its subcommands, what each is called with and asked, and
 * the exit codes.
 */
@NullMarked
package io.ssld.cli;

import org.jspecify.annotations.NullMarked;
