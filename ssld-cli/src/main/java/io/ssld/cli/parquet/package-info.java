/** Label stores as Parquet files, for data platforms. */
@NullMarked
package io.ssld.cli.parquet;

import org.jspecify.annotations.NullMarked;
