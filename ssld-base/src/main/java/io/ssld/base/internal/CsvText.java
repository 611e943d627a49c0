package io.ssld.base.internal;

import java.util.regex.Pattern;

/**
 * Cells of comma-separated values: quoted as RFC 4180 says, and no formulas.
 *
 * <p>A spreadsheet computes a cell that begins with {@code = + - @}, whoever named the image or the
 * class that way. An apostrophe before it makes it text; {@link #text} takes that away again.
 */
public final class CsvText {

    /** Also what Asian input methods write, and what spreadsheets skip. */
    private static final Pattern FORMULA =
            Pattern.compile("(?s)'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20].*");

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|-Infinity");

    private CsvText() {}

    /**
     * Writes a cell; quoted where it has to be.
     *
     * @param value a number as it is, anything else as text
     */
    public static String cell(Object value) {
        String text = safe(value);
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Writes a cell of text, always quoted. */
    public static String quoted(String text) {
        return '"' + safe(text).replace("\"", "\"\"") + '"';
    }

    private static String safe(Object value) {
        String text = value.toString();
        return !NUMBER.matcher(text).matches() && FORMULA.matcher(text).matches()
                ? "'" + text
                : text;
    }

    /**
     * Reads the text of a cell, without its quotes, as {@link #cell} was given it.
     *
     * @param cell what stands in the file
     */
    public static String text(String cell) {
        return cell.startsWith("'") && FORMULA.matcher(cell).matches() ? cell.substring(1) : cell;
    }
}
