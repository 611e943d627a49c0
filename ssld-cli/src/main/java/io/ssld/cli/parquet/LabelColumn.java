package io.ssld.cli.parquet;

import java.io.IOException;
import java.util.Locale;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;

/** The values of one column within a group of rows, row by row. */
final class LabelColumn {

    private final LabelSchema.Column column;
    private final ColumnReader reader;
    private final int present;
    private long left;

    /**
     * @param descriptor the column as it is in the file
     * @param values how many there are, missing ones included
     */
    LabelColumn(
            LabelSchema.Column column,
            ColumnReader reader,
            ColumnDescriptor descriptor,
            long values) {
        this.column = column;
        this.reader = reader;
        present = descriptor.getMaxDefinitionLevel();
        left = values;
    }

    /** Goes to the next value, which must be there. */
    private void require() throws IOException {
        if (left == 0) {
            throw new IOException(column.name() + " has fewer values than there are rows");
        }
        if (reader.getCurrentDefinitionLevel() != present) {
            throw new IllegalArgumentException(
                    "%s must be there in each row, but is null or empty".formatted(column.name()));
        }
    }

    private void consume() {
        reader.consume();
        left--;
    }

    byte[] bytes() throws IOException {
        require();
        byte[] value = reader.getBinary().getBytes();
        consume();
        return value;
    }

    int integer() throws IOException {
        require();
        int value = reader.getInteger();
        consume();
        return value;
    }

    float number() throws IOException {
        require();
        float value = reader.getFloat();
        consume();
        return value;
    }

    void integers(int[] row) throws IOException {
        int filled = 0;
        do {
            int value = integer();
            if (filled < row.length) {
                row[filled] = value;
            }
            filled++;
        } while (continues());
        requireLength(row.length, filled);
    }

    void numbers(float[] row) throws IOException {
        int filled = 0;
        do {
            float value = number();
            if (filled < row.length) {
                row[filled] = value;
            }
            filled++;
        } while (continues());
        requireLength(row.length, filled);
    }

    /** Whether the next value is of the same row. */
    private boolean continues() {
        return left > 0 && reader.getCurrentRepetitionLevel() > 0;
    }

    private void requireLength(int wanted, int found) {
        if (found != wanted) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s must hold the %d classes of a label, but held %d",
                            column.name(),
                            wanted,
                            found));
        }
    }

    /** Returns that all values were read, or fails. */
    boolean requireEnd() throws IOException {
        if (left != 0) {
            throw new IOException(column.name() + " has more values than there are rows");
        }
        return true;
    }
}
