/** {@code ssld label}: recording, merging, checking, exporting label stores; one command a file. */
@NullMarked
package io.ssld.cli.label;

import org.jspecify.annotations.NullMarked;
