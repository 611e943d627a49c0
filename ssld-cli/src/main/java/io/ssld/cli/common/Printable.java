package io.ssld.cli.common;

/** Names of files and classes, which may hold anything, for a terminal or a log. */
public final class Printable {

    private Printable() {}

    /**
     * Shows control characters instead of sending them: a name could recolour a terminal, rename
     * its window or move its cursor, and a line break would forge a line.
     *
     * @param text any text
     * @return the text in which each control and each character that turns the direction of writing
     *     is {@code \\uXXXX}
     */
    public static String of(String text) {
        return escaped(text, false);
    }

    /** As {@link #of}, with line breaks and tabs as they are: text of several lines. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    private static String escaped(String text, boolean lines) {
        if (text.chars().noneMatch(c -> isHidden(c, lines))) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHidden(c, lines)) {
                String digits = Integer.toHexString(c);
                shown.append("\\u").append("0".repeat(4 - digits.length())).append(digits);
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }

    private static boolean isHidden(int c, boolean lines) {
        if (lines && (c == '\n' || c == '\r' || c == '\t')) {
            return false;
        }
        return Character.isISOControl(c)
                || c == 0x2028
                || c == 0x2029
                || (c >= 0x200e && c <= 0x200f)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
