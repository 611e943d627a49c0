/** Images with or without labels, and the batches that a run reads from them. */
@NullMarked
package io.ssld.core.data;

import org.jspecify.annotations.NullMarked;
