/** Internal: the state of a run on disk, from which a killed run goes on. */
@NullMarked
package io.ssld.core.checkpoint.internal;

import org.jspecify.annotations.NullMarked;
