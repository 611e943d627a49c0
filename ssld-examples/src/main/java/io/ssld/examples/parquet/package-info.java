/** Label stores as Parquet files, for data platforms. */
@NullMarked
package io.ssld.examples.parquet;

import org.jspecify.annotations.NullMarked;
