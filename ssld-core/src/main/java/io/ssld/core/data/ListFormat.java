package io.ssld.core.data;

import io.ssld.base.internal.PathText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PaddleClas' list format: one image a line, path, delimiter, label. */
final class ListFormat {

    /** Reads any run of spaces and tabs as the delimiter, writes one space. */
    static final ListFormat WHITE_SPACE = new ListFormat(" ", true);

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String delimiter;
    private final boolean anyWhiteSpace;

    private ListFormat(String delimiter, boolean anyWhiteSpace) {
        this.delimiter = delimiter;
        this.anyWhiteSpace = anyWhiteSpace;
    }

    static ListFormat of(String delimiter) {
        if (delimiter.isEmpty() || hasLineBreak(delimiter)) {
            throw new IllegalArgumentException(
                    "delimiter must be text without line breaks, but was '" + delimiter + "'");
        }
        return new ListFormat(delimiter, false);
    }

    List<ImageEntry> read(Path file) throws IOException {
        List<ImageEntry> entries = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (number == 1 && line.startsWith(BYTE_ORDER_MARK)) {
                    line = line.substring(1);
                }
                if (!line.isBlank()) {
                    entries.add(parseLine(line, file, number));
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException(file + " must be UTF-8 text, but is not; convert it first", e);
        }
        return entries;
    }

    void write(Path file, Stream<ImageEntry> entries) throws IOException {
        // A line that fails its check leaves the old file as it was: the new one is written beside.
        TextLines.write(file, entries.peek(this::requireReadBack).map(this::format));
    }

    private ImageEntry parseLine(String line, Path file, int number) throws IOException {
        try {
            return parse(line);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
    }

    private ImageEntry parse(String line) {
        String text = line.strip();
        int at = anyWhiteSpace ? lastWhiteSpace(text) : text.lastIndexOf(delimiter);
        if (at >= 0) {
            String label = text.substring(at + delimiter.length()).strip();
            if (INTEGER.matcher(label).matches()) {
                String path = text.substring(0, at);
                return new ImageEntry(
                        PathText.of(anyWhiteSpace ? path.stripTrailing() : path),
                        classNumber(label));
            }
        }
        return ImageEntry.unlabelled(PathText.of(text));
    }

    private static int lastWhiteSpace(String text) {
        return Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
    }

    private static int classNumber(String label) {
        try {
            int number = Integer.parseInt(label);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Beyond int: the same complaint as below zero.
        }
        throw new IllegalArgumentException(
                "label must be in 0.."
                        + Integer.MAX_VALUE
                        + ", but was "
                        + label
                        + "; leave it out if there is none");
    }

    private String format(ImageEntry entry) {
        return entry.isLabelled() ? entry.pathText() + delimiter + entry.label() : entry.pathText();
    }

    boolean readsBack(ImageEntry entry) {
        String line = format(entry);
        return !hasLineBreak(line) && !line.startsWith(BYTE_ORDER_MARK) && readsBackAs(line, entry);
    }

    private void requireReadBack(ImageEntry entry) {
        if (!readsBack(entry)) {
            throw new IllegalArgumentException(
                    "path must read back from a list as it is, but was '"
                            + entry.shown()
                            + "'; rename the file or write with another delimiter, such as a tab");
        }
    }

    private boolean readsBackAs(String line, ImageEntry entry) {
        try {
            return !line.isBlank() && parse(line).equals(entry);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }
}
