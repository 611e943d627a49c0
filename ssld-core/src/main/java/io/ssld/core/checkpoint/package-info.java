/**
 * The state of a run on disk, from which a killed run goes on. {@link
 * io.ssld.core.checkpoint.CheckpointPolicy} is for users, the rest is internal.
 */
@NullMarked
package io.ssld.core.checkpoint;

import org.jspecify.annotations.NullMarked;
