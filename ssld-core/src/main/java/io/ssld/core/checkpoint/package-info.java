/** How often a run is saved: {@link io.ssld.core.checkpoint.CheckpointPolicy}. */
@NullMarked
package io.ssld.core.checkpoint;

import org.jspecify.annotations.NullMarked;
