/**
 * What DJL lacks for speed: functions that the engine compiles from text written here, each with a
 * plain way beside it. The only package that knows classes of DJL's PyTorch engine by name.
 */
@NullMarked
package io.ssld.engine.internal.kernels;

import org.jspecify.annotations.NullMarked;
