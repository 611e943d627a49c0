package io.ssld.selection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a table row by row from its bytes: ten million rows in seconds, with no object made for a
 * row unless {@link #row} or {@link #path} asks for it.
 */
final class RowScanner implements LabelSource.Scores, AutoCloseable {

    private static final int LONGEST_LINE = 1 << 24;

    /** Powers of ten that a double holds exactly. */
    private static final double[] POWERS = new double[23];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    private final Path file;
    private final InputStream in;
    private final List<String> head = new ArrayList<>();
    private final LabelFacts facts;
    private final int[] classes;
    private final int[] sorted;
    private final float[] probabilities;

    private byte[] buffer = new byte[1 << 18];
    private long base;
    private int start;
    private int limit;
    private int end;

    /** Where the line after the current one starts. */
    private int following;

    private int cursor;
    private long lineNumber;

    private long rows;
    private long digest;
    private int pathFrom;
    private int pathTo;

    RowScanner(Path file) throws IOException {
        this.file = file;
        in = Files.newInputStream(file);
        try {
            facts = readHead();
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
        classes = new int[facts.topK()];
        sorted = new int[facts.topK()];
        probabilities = new float[facts.topK()];
    }

    LabelFacts facts() {
        return facts;
    }

    /** The lines between format and columns, unknown ones included. */
    List<String> head() {
        return List.copyOf(head);
    }

    /** Steps to the next row; false after the last. */
    boolean next() throws IOException {
        if (!nextLine()) {
            throw new IOException(
                    file
                            + " must end with its number of rows, but ends after "
                            + rows
                            + "; it was cut off, copy or make it again");
        }
        if (cursor < end && buffer[cursor] == '#') {
            requireEnd();
            return false;
        }
        rows++;
        parseRow();
        return true;
    }

    /** Where the current row starts in the file. */
    long place() {
        return base + start;
    }

    long digest() {
        return digest;
    }

    @Override
    public int classAt(int rank) {
        return classes[rank];
    }

    @Override
    public float probabilityAt(int rank) {
        return probabilities[rank];
    }

    String path() throws IOException {
        String text = new String(buffer, pathFrom, pathTo - pathFrom, StandardCharsets.UTF_8);
        try {
            return RowText.unescape(text);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    SoftLabel row() throws IOException {
        List<ClassScore> scores = new ArrayList<>(classes.length);
        for (int i = 0; i < classes.length; i++) {
            scores.add(new ClassScore(classes[i], probabilities[i]));
        }
        return new SoftLabel(digest, path(), scores);
    }

    private LabelFacts readHead() throws IOException {
        if (!nextLine() || !line().equals(SoftLabelTable.FORMAT)) {
            throw new IOException(
                    file
                            + " must be a table of soft labels, but does not begin with '"
                            + SoftLabelTable.FORMAT.replace('\t', ' ')
                            + "'; make it with 'ssld select label'");
        }
        while (nextLine() && !line().equals(SoftLabelTable.COLUMNS)) {
            head.add(line());
            if (head.size() > 100) {
                throw malformed("head must end with the names of the columns");
            }
        }
        try {
            return LabelFacts.parse(head);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private void requireEnd() throws IOException {
        String last = line();
        if (!last.equals(SoftLabelTable.ROWS + rows)) {
            throw malformed(
                    "table must hold " + rows + " rows as it does, but says '" + last + "'");
        }
        if (nextLine()) {
            throw malformed("table must end with its number of rows, but goes on");
        }
    }

    private void parseRow() throws IOException {
        int digits = cursor;
        long value = 0;
        while (cursor < end && buffer[cursor] != '\t') {
            int digit = Character.digit(buffer[cursor], 16);
            if (digit < 0) {
                throw malformed("digest must be 16 hexadecimal digits");
            }
            value = value << 4 | digit;
            cursor++;
        }
        if (cursor - digits != 16) {
            throw malformed("digest must be 16 hexadecimal digits");
        }
        digest = value;
        skip('\t');
        pathFrom = cursor;
        while (cursor < end && buffer[cursor] != '\t') {
            cursor++;
        }
        pathTo = cursor;
        if (pathTo == pathFrom) {
            throw malformed("path must not be empty");
        }
        skip('\t');
        int argMax = parseClass();
        skip('\t');
        for (int i = 0; i < classes.length; i++) {
            if (i > 0) {
                skip(' ');
            }
            classes[i] = parseClass();
            skip(':');
            probabilities[i] = parseProbability();
            if (i > 0 && !inOrder(i)) {
                throw malformed("classes must be likeliest first, of equal ones the lower first");
            }
        }
        if (cursor != end) {
            throw malformed("row must hold " + classes.length + " classes, but holds more");
        }
        requireDifferent();
        if (argMax != classes[0]) {
            throw malformed("class must be the likeliest, " + classes[0] + ", but was " + argMax);
        }
    }

    private void requireDifferent() throws IOException {
        System.arraycopy(classes, 0, sorted, 0, sorted.length);
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw malformed("classes must differ, but " + sorted[i] + " is named twice");
            }
        }
    }

    private boolean inOrder(int i) {
        return probabilities[i] < probabilities[i - 1]
                || (probabilities[i] == probabilities[i - 1] && classes[i] > classes[i - 1]);
    }

    private int parseClass() throws IOException {
        int from = cursor;
        long number = 0;
        while (cursor < end && isDigit(buffer[cursor]) && cursor - from < 10) {
            number = 10 * number + buffer[cursor++] - '0';
        }
        if (cursor == from || number >= facts.classes()) {
            throw malformed("class must be in 0.." + (facts.classes() - 1));
        }
        return (int) number;
    }

    /** Whole number times a power of ten, both exact in a double, so that the result is right. */
    private float parseProbability() throws IOException {
        int from = cursor;
        long digits = 0;
        int scale = 0;
        int count = 0;
        boolean point = false;
        while (cursor < end && (isDigit(buffer[cursor]) || (buffer[cursor] == '.' && !point))) {
            byte c = buffer[cursor++];
            if (c == '.') {
                point = true;
            } else {
                digits = 10 * digits + c - '0';
                scale += point ? 1 : 0;
                count++;
            }
        }
        if (cursor < end && buffer[cursor] == 'e') {
            cursor++;
            skip('-');
            int exponent = 0;
            while (cursor < end && isDigit(buffer[cursor]) && exponent < 1000) {
                exponent = 10 * exponent + buffer[cursor++] - '0';
            }
            scale += exponent;
        }
        double value =
                scale < POWERS.length
                        ? digits / POWERS[scale]
                        : Double.parseDouble(digits + "e-" + scale);
        if (count == 0 || count > 15 || value > 1) {
            throw malformed(
                    "probability must be in 0..1, but was '"
                            + new String(buffer, from, cursor - from, StandardCharsets.UTF_8)
                            + "'");
        }
        return (float) value;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private void skip(char expected) throws IOException {
        if (cursor >= end || buffer[cursor] != expected) {
            throw malformed(
                    "row must be digest, path, class and "
                            + classes.length
                            + " pairs 'class:probability'");
        }
        cursor++;
    }

    private String line() {
        return new String(buffer, start, end - start, StandardCharsets.UTF_8);
    }

    /**
     * Steps to the next line, which must end in a line feed; false at the end of the file. A
     * carriage return before it is no part of the line, as paths escape theirs.
     */
    private boolean nextLine() throws IOException {
        start = following;
        int at = start;
        while (true) {
            while (at < limit) {
                if (buffer[at] == '\n') {
                    end = at > start && buffer[at - 1] == '\r' ? at - 1 : at;
                    following = at + 1;
                    cursor = start;
                    lineNumber++;
                    return true;
                }
                at++;
            }
            int kept = limit - start;
            if (!refill()) {
                if (kept > 0) {
                    lineNumber++;
                    throw malformed("line must end in a line feed, but the file ends");
                }
                return false;
            }
            at = start + kept;
        }
    }

    /** Moves what is left to the front and reads on; false at the end of the file. */
    private boolean refill() throws IOException {
        int kept = limit - start;
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, kept);
        } else if (kept == buffer.length) {
            if (kept >= LONGEST_LINE) {
                throw malformed("line must have at most " + LONGEST_LINE + " bytes");
            }
            buffer = Arrays.copyOf(buffer, 2 * kept);
        }
        base += start;
        start = 0;
        end = 0;
        following = 0;
        limit = kept;
        int read = in.read(buffer, limit, buffer.length - limit);
        limit += Math.max(read, 0);
        return read > 0;
    }

    private IOException malformed(String why) {
        return new IOException(file + ", line " + lineNumber + ": " + why);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
