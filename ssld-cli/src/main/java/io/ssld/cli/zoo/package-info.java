/** {@code ssld zoo}: networks and their weights files; one command a file. */
@NullMarked
package io.ssld.cli.zoo;

import org.jspecify.annotations.NullMarked;
