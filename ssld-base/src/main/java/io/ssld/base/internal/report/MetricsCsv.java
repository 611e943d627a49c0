package io.ssld.base.internal.report;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.CsvText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table of metrics that grows row by row, readable at any time: CSV in UTF-8, quoted as RFC 4180
 * says, lines ending in a line feed.
 *
 * <p>Each row is handed to the operating system whole before the call returns, so a killed run
 * leaves whole lines. Numbers do not depend on the locale: a {@code double} is written as {@link
 * Double#toString(double)} does and reads back as the same value. A missing value is an empty
 * field. Not safe for use by several threads.
 */
public final class MetricsCsv implements AutoCloseable {

    private final List<String> columns;
    private final OutputStream out;

    /**
     * Starts a table; a file that is there already is replaced.
     *
     * @param file the file; folders that are missing above it are made
     * @param columns the names of the columns, at least one, all different
     * @throws IOException if the file cannot be created
     */
    public MetricsCsv(Path file, List<String> columns) throws IOException {
        this(
                Objects.requireNonNull(file, "file"),
                checked(columns),
                StandardOpenOption.TRUNCATE_EXISTING);
        writeLine(this.columns);
    }

    private MetricsCsv(Path file, List<String> columns, StandardOpenOption existing)
            throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(columns, "columns");
        this.columns = columns;
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            AtomicFiles.createFolders(folder);
        }
        this.out =
                Files.newOutputStream(
                        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, existing);
    }

    /**
     * Continues the table of an earlier run, or starts it if there is none.
     *
     * @param file the file
     * @param columns the names of the columns; those of the file must be the same
     * @return the table, new rows following the old ones
     * @throws IOException if the file cannot be read or written, or has other columns
     */
    public static MetricsCsv resume(Path file, List<String> columns) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(columns, "columns");
        if (!Files.exists(file) || Files.size(file) == 0) {
            return new MetricsCsv(file, columns);
        }
        List<String> names = checked(columns);
        String old = Files.readString(file);
        String header = line(names);
        if (!old.startsWith(header)) {
            throw new IOException(
                    "the columns of %s must be %s, but its first line was \"%s\"; write to another file"
                            .formatted(file, names, old.lines().findFirst().orElse("")));
        }
        MetricsCsv csv = new MetricsCsv(file, names, StandardOpenOption.APPEND);
        if (!old.endsWith("\n")) {
            // The disk was full in mid-row: end that row, so that it spoils no other.
            csv.out.write('\n');
        }
        return csv;
    }

    /**
     * Writes a row, given by name.
     *
     * @param values column to value; columns that are not named stay empty
     * @throws IOException if the file cannot be written
     */
    public void row(Map<String, ? extends @Nullable Object> values) throws IOException {
        Objects.requireNonNull(values, "values");
        for (String name : values.keySet()) {
            if (!columns.contains(name)) {
                throw new IllegalArgumentException(
                        "column must be one of %s, but was %s".formatted(columns, name));
            }
        }
        List<@Nullable Object> row = new ArrayList<>(columns.size());
        columns.forEach(name -> row.add(values.get(name)));
        writeLine(row);
    }

    /**
     * Writes a row, given in the order of the columns.
     *
     * @param values one value a column, {@code null} where there is none
     * @throws IOException if the file cannot be written
     */
    public void row(@Nullable Object... values) throws IOException {
        Objects.requireNonNull(values, "values");
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "row must hold %d values, one for each of %s, but was %s",
                            columns.size(),
                            columns,
                            Arrays.toString(values)));
        }
        writeLine(Arrays.asList(values));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static List<String> checked(List<String> columns) {
        Objects.requireNonNull(columns, "columns");
        if (columns.isEmpty() || new HashSet<>(columns).size() < columns.size()) {
            throw new IllegalArgumentException(
                    "columns must be one or more different names, but was " + columns);
        }
        return List.copyOf(columns);
    }

    private void writeLine(List<? extends @Nullable Object> values) throws IOException {
        // One write of an unbuffered stream: the row is in the file or it is not.
        out.write(line(values).getBytes(StandardCharsets.UTF_8));
    }

    private static String line(List<? extends @Nullable Object> values) {
        return values.stream().map(MetricsCsv::field).collect(Collectors.joining(",", "", "\n"));
    }

    private static String field(@Nullable Object value) {
        return value == null ? "" : CsvText.cell(value);
    }
}
