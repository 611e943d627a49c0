package io.ssld.base.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** Numbers as people read them, the same in every locale. */
public final class Numbers {

    /** Shown where there is no value. */
    public static final String NONE = "–";

    private static final char MINUS = '−';
    private static final char NARROW_NO_BREAK_SPACE = '\u202f';
    private static final int BRIEF_DIGITS = 5;

    private Numbers() {}

    /** Returns at most five significant digits. */
    public static String brief(double value) {
        if (Double.isNaN(value)) {
            return NONE;
        } else if (Double.isInfinite(value)) {
            return value < 0 ? MINUS + "∞" : "∞";
        }
        return exact(new BigDecimal(value).round(new MathContext(BRIEF_DIGITS)));
    }

    /** Returns all digits, in scientific notation where there would be many zeros. */
    public static String exact(BigDecimal value) {
        BigDecimal number = value.stripTrailingZeros();
        int exponent = number.precision() - number.scale() - 1;
        if (number.signum() != 0 && (exponent < -4 || exponent > 8)) {
            BigDecimal mantissa = number.movePointLeft(exponent);
            return typographic(mantissa.toPlainString()) + "e" + exponent;
        }
        return typographic(number.toPlainString());
    }

    /** Returns a cell of a table: whole numbers in full, others briefly, all else as its text. */
    public static String cell(@Nullable Object value) {
        if (value == null) {
            return NONE;
        } else if (value instanceof Double || value instanceof Float) {
            return brief(((Number) value).doubleValue());
        } else if (value instanceof Number) {
            return typographic(value.toString());
        }
        return value.toString();
    }

    /** Sets a true minus and parts the thousands of whole numbers above 9999. */
    private static String typographic(String plain) {
        String digits = plain.startsWith("-") ? plain.substring(1) : plain;
        StringBuilder text = new StringBuilder(digits);
        int whole = digits.indexOf('.') < 0 ? digits.length() : digits.indexOf('.');
        if (whole > 4) {
            for (int i = whole - 3; i > 0; i -= 3) {
                text.insert(i, NARROW_NO_BREAK_SPACE);
            }
        }
        return plain.startsWith("-") ? MINUS + text.toString() : text.toString();
    }
}
