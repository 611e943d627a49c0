package io.ssld.selection;

import io.ssld.base.internal.AtomicFiles;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The soft labels of a pool in a file: one view of each image, its likeliest classes. Light enough
 * to select from and to look at; what a student learns from when no teacher runs beside it is
 * another store, of many views.
 *
 * <p>UTF-8 text. The first lines tell the {@link LabelFacts}, one says what the columns are, the
 * last how many rows there are, so that a table cut off is not taken for a whole one:
 *
 * <pre>
 * #ssld-soft-labels    1
 * #classes    1000
 * #top    10
 * #teacher    ResNeXt101
 * #teacher-digest    5c1f...
 * #view    short side 256, centre 224x224, mean [...], std [...]
 * digest    path    class    probabilities
 * 0f3a6c8e91b2d475    n01440764/a.jpg    7    7:0.912345 31:0.0412 2:1.5e-7
 * #rows    1
 * </pre>
 *
 * <p>Columns are parted by one tab; in a path a tab, line feed, carriage return and backslash are
 * written as {@code \t \n \r \\}. Probabilities have at most six significant digits: no more of
 * them would be the same on another machine.
 */
public final class SoftLabelTable {

    static final String FORMAT = "#ssld-soft-labels\t1";
    static final String COLUMNS = "digest\tpath\tclass\tprobabilities";
    static final String ROWS = "#rows\t";

    private final Path file;
    private final LabelFacts facts;

    private SoftLabelTable(Path file, LabelFacts facts) {
        this.file = file;
        this.facts = facts;
    }

    /**
     * Opens a table by reading its head.
     *
     * @param file the table
     * @return the table
     * @throws IOException if it cannot be read or is not such a table
     */
    public static SoftLabelTable open(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (RowScanner scanner = new RowScanner(file)) {
            return new SoftLabelTable(file, scanner.facts());
        }
    }

    /**
     * Returns where the table is.
     *
     * @return the file
     */
    public Path file() {
        return file;
    }

    /**
     * Returns what its rows have in common.
     *
     * @return the facts
     */
    public LabelFacts facts() {
        return facts;
    }

    /**
     * Looks at every row, in order, holding one at a time.
     *
     * @param visitor what to do with each
     * @throws IOException if the table cannot be read, a row is malformed or the table is cut off;
     *     the message names file and line. Rows before it were visited
     */
    public void forEach(AtomicFiles.IOConsumer<? super SoftLabel> visitor) throws IOException {
        Objects.requireNonNull(visitor, "visitor");
        try (RowScanner scanner = new RowScanner(file)) {
            while (scanner.next()) {
                visitor.accept(scanner.row());
            }
        }
    }

    /**
     * Reads all rows into memory.
     *
     * @return the rows, in order
     * @throws IOException as {@link #forEach}
     */
    public List<SoftLabel> readAll() throws IOException {
        List<SoftLabel> rows = new ArrayList<>();
        forEach(rows::add);
        return List.copyOf(rows);
    }

    /**
     * Writes a table, which is there whole or not at all.
     *
     * @param file the file to create or replace
     * @param facts what the rows have in common
     * @param rows the rows; read once, one at a time
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a row holds another number of classes than the facts say,
     *     or a class beyond them
     */
    public static void write(Path file, LabelFacts facts, Iterator<SoftLabel> rows)
            throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(facts, "facts");
        Objects.requireNonNull(rows, "rows");
        writeLines(file, facts.toLines(), new RowLines(facts, rows));
    }

    /** Writes a table of lines that are text already; null ends the rows. */
    static void writeLines(Path file, List<String> head, LineSource rows) throws IOException {
        AtomicFiles.write(
                file,
                out -> {
                    Writer writer =
                            new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder());
                    for (String line : head) {
                        writer.write(line);
                        writer.write('\n');
                    }
                    long count = 0;
                    for (String line = rows.next(); line != null; line = rows.next()) {
                        writer.write(line);
                        writer.write('\n');
                        count++;
                    }
                    writer.write(ROWS + count + "\n");
                    writer.flush();
                });
    }

    /** Lines one after another. */
    @FunctionalInterface
    interface LineSource {

        /** Returns the next line; null after the last. */
        @Nullable String next() throws IOException;
    }

    /** The text of rows. */
    private record RowLines(LabelFacts facts, Iterator<SoftLabel> rows) implements LineSource {

        @Override
        public @Nullable String next() {
            if (!rows.hasNext()) {
                return null;
            }
            SoftLabel row = rows.next();
            if (row.scores().size() != facts.topK()) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "row of %s must hold %d classes, but holds %d",
                                row.path(),
                                facts.topK(),
                                row.scores().size()));
            }
            for (ClassScore score : row.scores()) {
                if (score.classNumber() >= facts.classes()) {
                    throw new IllegalArgumentException(
                            String.format(
                                    Locale.ROOT,
                                    "row of %s must hold classes below %d, but holds %d",
                                    row.path(),
                                    facts.classes(),
                                    score.classNumber()));
                }
            }
            return RowText.format(row);
        }
    }
}
