/** The commands that ask a saved model: evaluate, predict, serve; one command a file. */
@NullMarked
package io.ssld.cli.use;

import org.jspecify.annotations.NullMarked;
