package io.ssld.cli.parquet;

import io.ssld.cli.parquet.LabelSchema.Column;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;

/**
 * Reads labels row by row, whichever program wrote the file: it may call the levels within a list
 * as it likes, let values be null as long as none is, and have more columns. Memory: a page of each
 * column.
 */
final class LabelFileReader implements AutoCloseable {

    private static final int DIGITS = 16;

    private final ParquetInput input;
    private final MessageType schema;
    private final List<ColumnDescriptor> descriptors = new ArrayList<>();

    private LabelFileReader(ParquetInput input) {
        this.input = input;
        schema = input.schema();
    }

    /** Takes the label of a row. */
    @FunctionalInterface
    interface Rows {

        /**
         * Takes it.
         *
         * @param indices overwritten by the next row
         * @param logProbabilities overwritten by the next row
         * @throws IllegalArgumentException if the label is wrong
         */
        void add(long image, int view, int[] indices, float[] logProbabilities, float logTail)
                throws IOException;
    }

    /**
     * Opens a file.
     *
     * @throws IOException if it is no whole Parquet file, or a column is missing or of another type
     */
    static LabelFileReader open(Path path) throws IOException {
        LabelFileReader reader = new LabelFileReader(ParquetInput.open(path));
        try {
            for (Column column : LabelSchema.COLUMNS) {
                reader.descriptors.add(reader.find(column));
            }
        } catch (IOException | RuntimeException | Error e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    private ColumnDescriptor find(Column column) throws IOException {
        List<ColumnDescriptor> found =
                schema.getColumns().stream()
                        .filter(each -> each.getPath()[0].equals(column.name()))
                        .toList();
        if (found.isEmpty()) {
            throw new IOException(
                    "%s must have the column %s (%s), but has %s"
                            .formatted(
                                    input.path(),
                                    column.name(),
                                    column.kind(),
                                    schema.getFields().stream().map(f -> f.getName()).toList()));
        }
        ColumnDescriptor leaf = found.get(0);
        boolean fits =
                found.size() == 1
                        && leaf.getPrimitiveType().getPrimitiveTypeName() == column.type()
                        && leaf.getMaxRepetitionLevel() == (column.list() ? 1 : 0)
                        && (column.list() || leaf.getPath().length == 1);
        if (!fits) {
            String type = String.valueOf(schema.getType(column.name()));
            throw new IOException(
                    "%s must have the column %s as %s, but has it as %s"
                            .formatted(
                                    input.path(),
                                    column.name(),
                                    column.kind(),
                                    type.strip().replaceAll("\\s+", " ")));
        }
        return leaf;
    }

    /**
     * Reads all rows in order.
     *
     * @param topK how many classes a label names
     * @param rows takes them; what it throws as {@link IOException} is passed on
     * @return how many rows there were
     * @throws IOException naming file and row, if the file is damaged or a label wrong
     */
    long read(int topK, Rows rows) throws IOException {
        Row row = new Row(topK);
        long done = 0;
        for (BlockMetaData group : input.groups()) {
            long end = done + group.getRowCount();
            if (done == end) {
                continue;
            }
            long at = done;
            List<LabelColumn> columns = intact(at, () -> columns(group));
            for (; done < end; done++) {
                read(columns, row, done);
                add(row, rows, done);
            }
            for (LabelColumn column : columns) {
                intact(end - 1, column::requireEnd);
            }
        }
        return done;
    }

    private void read(List<LabelColumn> columns, Row row, long number) throws IOException {
        intact(
                number,
                () -> {
                    row.image = digest(columns.get(0).bytes());
                    row.view = columns.get(1).integer();
                    columns.get(2).integers(row.indices);
                    columns.get(3).numbers(row.logProbabilities);
                    row.logTail = columns.get(4).number();
                    return row;
                });
    }

    private void add(Row row, Rows rows, long number) throws IOException {
        try {
            rows.add(row.image, row.view, row.indices, row.logProbabilities, row.logTail);
        } catch (IllegalArgumentException e) {
            throw wrong(number, e);
        }
    }

    private IOException wrong(long row, IllegalArgumentException e) {
        return new IOException(
                String.format(Locale.ROOT, "%s, row %d: %s", input.path(), row + 1, e.getMessage()),
                e);
    }

    /** Reads something of the file; what Parquet's decoders throw then says that it is damaged. */
    private <T> T intact(long row, Read<T> read) throws IOException {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw wrong(row, e);
        } catch (IOException e) {
            throw input.fault(
                    String.format(Locale.ROOT, "at row %d %s", row + 1, e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw input.fault(
                    String.format(Locale.ROOT, "at row %d %s", row + 1, e.getMessage()), e);
        } catch (RuntimeException e) {
            throw input.fault(
                    String.format(Locale.ROOT, "at row %d it cannot be read: %s", row + 1, e), e);
        }
    }

    /** Something read from the file. */
    @FunctionalInterface
    private interface Read<T> {
        T get() throws IOException;
    }

    /** The row that is read now. */
    private static final class Row {

        private final int[] indices;
        private final float[] logProbabilities;
        private long image;
        private int view;
        private float logTail;

        Row(int topK) {
            indices = new int[topK];
            logProbabilities = new float[topK];
        }
    }

    private List<LabelColumn> columns(BlockMetaData group) throws IOException {
        Map<List<String>, ColumnChunkMetaData> chunks = new HashMap<>();
        for (ColumnChunkMetaData chunk : group.getColumns()) {
            chunks.put(List.of(chunk.getPath().toArray()), chunk);
        }
        Pages pages = new Pages(input, chunks, group.getRowCount());
        ColumnReadStoreImpl store =
                new ColumnReadStoreImpl(pages, new NoRecords(), schema, input.writer());
        List<LabelColumn> columns = new ArrayList<>();
        for (int i = 0; i < descriptors.size(); i++) {
            ColumnDescriptor descriptor = descriptors.get(i);
            Column column = LabelSchema.COLUMNS.get(i);
            ColumnChunkMetaData chunk = chunks.get(List.of(descriptor.getPath()));
            if (chunk == null) {
                throw new IOException("there is no " + column.name());
            }
            columns.add(
                    new LabelColumn(
                            column,
                            store.getColumnReader(descriptor),
                            descriptor,
                            chunk.getValueCount()));
        }
        return columns;
    }

    private static long digest(byte[] text) {
        // Lower case alone: upper case would be sorted otherwise.
        String digits = new String(text, StandardCharsets.ISO_8859_1);
        boolean fits = text.length == DIGITS;
        for (int i = 0; fits && i < DIGITS; i++) {
            fits = "0123456789abcdef".indexOf(digits.charAt(i)) >= 0;
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s must be the first 16 digits of a SHA-256 in lower case, but was %s"
                            .formatted(
                                    LabelSchema.IMAGE,
                                    digits.substring(0, Math.min(80, digits.length()))));
        }
        return Long.parseUnsignedLong(digits, 16);
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private record Pages(
            ParquetInput input, Map<List<String>, ColumnChunkMetaData> chunks, long rows)
            implements PageReadStore {

        @Override
        public PageReader getPageReader(ColumnDescriptor column) {
            return new ColumnPages(
                    input, Objects.requireNonNull(chunks.get(List.of(column.getPath()))));
        }

        @Override
        public long getRowCount() {
            return rows;
        }
    }

    /** Columns are read for themselves and not made into records. */
    private static final class NoRecords extends GroupConverter {

        @Override
        public Converter getConverter(int field) {
            return new Ignored();
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }

    /** Stands where the schema has a group, and where it has values. */
    private static final class Ignored extends PrimitiveConverter {

        @Override
        public GroupConverter asGroupConverter() {
            return new NoRecords();
        }
    }
}
