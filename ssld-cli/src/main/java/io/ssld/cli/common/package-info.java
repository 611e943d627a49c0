/**
 * What several commands share: options, paths, progress on the terminal, opening of models, and
 * stopping on a signal.
 */
@NullMarked
package io.ssld.cli.common;

import org.jspecify.annotations.NullMarked;
