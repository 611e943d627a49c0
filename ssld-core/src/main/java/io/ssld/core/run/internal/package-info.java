/**
 * Internal: the run itself, from the checks before the first step to the files it leaves:
 * preparation, loop, step, the worker of a device, checkpoints, the folder that records.
 */
@NullMarked
package io.ssld.core.run.internal;

import org.jspecify.annotations.NullMarked;
