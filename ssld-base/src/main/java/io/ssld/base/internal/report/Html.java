package io.ssld.base.internal.report;

/** Text as HTML and SVG hold it. */
final class Html {

    private Html() {}

    /** Returns text that is safe between tags and within quoted attributes. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(escaped, c));
        return escaped.toString();
    }

    private static void append(StringBuilder escaped, int c) {
        switch (c) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            case '\'' -> escaped.append("&#39;");
            default -> escaped.appendCodePoint(isText(c) ? c : 0xFFFD);
        }
    }

    /** HTML has no control characters but white space, and UTF-8 no half of a surrogate pair. */
    private static boolean isText(int c) {
        if (Character.isISOControl(c)) {
            return c == '\t' || c == '\n' || c == '\r';
        }
        return Character.getType(c) != Character.SURROGATE;
    }
}
