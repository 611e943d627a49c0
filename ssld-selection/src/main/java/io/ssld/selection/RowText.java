package io.ssld.selection;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** A row of a table as text. */
final class RowText {

    private static final MathContext SIX_DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);
    private static final int MOST_ZEROS = 4;

    private RowText() {}

    static String format(SoftLabel label) {
        StringBuilder line = new StringBuilder(64 + 16 * label.scores().size());
        line.append(label.digestText()).append('\t');
        line.append(escape(label.path())).append('\t').append(label.argMax());
        char separator = '\t';
        for (ClassScore score : label.scores()) {
            line.append(separator).append(score.classNumber()).append(':');
            line.append(probability(score.probability()));
            separator = ' ';
        }
        return line.toString();
    }

    /** Six significant digits: what a float surely tells apart, and never more. */
    static float round(double probability) {
        return new BigDecimal(probability).round(SIX_DIGITS).floatValue();
    }

    private static String probability(float value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal number = new BigDecimal(value).round(SIX_DIGITS).stripTrailingZeros();
        int exponent = number.precision() - number.scale() - 1;
        return exponent < -MOST_ZEROS
                ? number.movePointLeft(exponent).toPlainString() + "e" + exponent
                : number.toPlainString();
    }

    static String escape(String path) {
        if (path.chars().noneMatch(c -> c == '\\' || c < ' ')) {
            return path;
        }
        return path.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** Undoes {@link #escape}; throws IllegalArgumentException for what that never writes. */
    static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder path = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                c = unescaped(i < text.length() ? text.charAt(i) : ' ', text);
            }
            path.append(c);
        }
        return path.toString();
    }

    private static char unescaped(char letter, String text) {
        return switch (letter) {
            case '\\' -> '\\';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default ->
                    throw new IllegalArgumentException(
                            "path must write a backslash as \\\\, but was '" + text + "'");
        };
    }
}
