package io.ssld.cli.parquet;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * Writes labels row by row; rows are gathered in groups of bounded size. Columns of labels repeat
 * few values, so that Parquet's dictionaries make them small.
 */
final class LabelFileWriter implements AutoCloseable {

    /** Usual size of a group, before encoding: enough rows for dictionaries to be worth it. */
    static final long GROUP_BYTES = 16L << 20;

    /** Beside the K classes of a label, about. */
    private static final int ROW_BYTES = 32;

    /** Of values in the index of pages; images have 16 letters. */
    private static final int INDEX_LENGTH = 64;

    private static final int LEVEL = 1;

    private final ParquetProperties properties = ParquetProperties.builder().build();
    private final MessageType schema = LabelSchema.SCHEMA;
    private final ParquetFileWriter file;
    private final int groupRows;
    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore columns;
    private int rows;

    LabelFileWriter(FileChannel channel, int topK, long groupBytes) throws IOException {
        groupRows = (int) Math.max(1, groupBytes / (ROW_BYTES + 8L * topK));
        file =
                new ParquetFileWriter(
                        new ChannelOutput(channel),
                        schema,
                        ParquetFileWriter.Mode.OVERWRITE,
                        groupBytes,
                        0,
                        INDEX_LENGTH,
                        INDEX_LENGTH,
                        true);
        file.start();
        pages = newPages();
        columns = properties.newColumnWriteStore(schema, pages);
    }

    private ColumnChunkPageWriteStore newPages() {
        return ColumnChunkPageWriteStore.builder()
                .withCompressorProvider(column -> Codecs.zstd())
                .withSchema(schema)
                .withAllocator(properties.getAllocator())
                .withColumnIndexTruncateLength(INDEX_LENGTH)
                .withPageWriteChecksumEnabled(true)
                .build();
    }

    void add(Binary image, int view, int[] classes, float[] values, float logTail)
            throws IOException {
        column(0).write(image, 0, 0);
        column(1).write(view, 0, 0);
        ColumnWriter indices = column(2);
        ColumnWriter probabilities = column(3);
        for (int i = 0; i < classes.length; i++) {
            // The first of a list begins a row.
            int repetition = i == 0 ? 0 : 1;
            indices.write(classes[i], repetition, LEVEL);
            probabilities.write(values[i], repetition, LEVEL);
        }
        column(4).write(logTail, 0, 0);
        columns.endRecord();
        rows++;
        if (rows == groupRows) {
            endGroup();
            pages = newPages();
            columns = properties.newColumnWriteStore(schema, pages);
        }
    }

    private ColumnWriter column(int i) {
        return columns.getColumnWriter(schema.getColumns().get(i));
    }

    private void endGroup() throws IOException {
        if (rows > 0) {
            columns.flush();
            file.startBlock(rows);
            pages.flushToFileWriter(file);
            file.endBlock();
            rows = 0;
        }
        columns.close();
        pages.close();
    }

    void finish(Map<String, String> metadata) throws IOException {
        endGroup();
        file.end(metadata);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
