/**
 * The front door: {@link io.ssld.core.Distiller} and {@link io.ssld.core.SupervisedTrainer} take
 * what a run is told and start it.
 */
@NullMarked
package io.ssld.core;

import org.jspecify.annotations.NullMarked;
