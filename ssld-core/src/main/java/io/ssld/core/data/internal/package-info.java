/** Internal: images and data sets to batches: reading, rendering of views, mixing, prefetching. */
@NullMarked
package io.ssld.core.data.internal;

import org.jspecify.annotations.NullMarked;
