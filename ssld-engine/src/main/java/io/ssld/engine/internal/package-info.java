/**
 * Internal: how networks are run on DJL: without recording, outside the tape, in replicas, with
 * parameters by path; and the switches of its PyTorch engine, found at run time.
 */
@NullMarked
package io.ssld.engine.internal;

import org.jspecify.annotations.NullMarked;
