/** The commands that train, plan and show training runs; one command a file. */
@NullMarked
package io.ssld.cli.train;

import org.jspecify.annotations.NullMarked;
