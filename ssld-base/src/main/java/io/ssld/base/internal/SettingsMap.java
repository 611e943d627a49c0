package io.ssld.base.internal;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings read from a map, as a file of JSON or YAML gives it: strictly, so that a slip of the pen
 * is an error and not a default. Each key is asked for once; {@link #finish} refuses the others.
 *
 * <p>Numbers may be of any type, or text, as long as nothing is lost.
 */
public final class SettingsMap {

    private final String name;
    private final Map<String, Object> left;
    private final Set<String> known = new TreeSet<>();

    /**
     * Starts to read.
     *
     * @param name what has the settings, for messages
     * @param map the settings
     */
    public SettingsMap(String name, Map<?, ?> map) {
        this.name = name;
        left = new LinkedHashMap<>();
        map.forEach((key, value) -> left.put(String.valueOf(key), value));
    }

    /** A number, or the fallback if there is none. */
    public double number(String key, double fallback) {
        Object value = take(key);
        return value == null ? fallback : decimal(key, value).doubleValue();
    }

    /** A whole number, or the fallback if there is none. */
    public long whole(String key, long fallback) {
        Object value = take(key);
        if (value == null) {
            return fallback;
        }
        try {
            return decimal(key, value).longValueExact();
        } catch (ArithmeticException e) {
            throw bad(key, "be a whole number of 64 bits", value, e);
        }
    }

    /** A whole number of 32 bits, or the fallback if there is none. */
    public int integer(String key, int fallback) {
        long value = whole(key, fallback);
        if (value != (int) value) {
            throw bad(key, "be a whole number of 32 bits", value, null);
        }
        return (int) value;
    }

    /** True or false, or the fallback if there is none. */
    public boolean flag(String key, boolean fallback) {
        Object value = take(key);
        if (value == null) {
            return fallback;
        }
        String text = value.toString();
        if (!text.equals("true") && !text.equals("false")) {
            throw bad(key, "be true or false", value, null);
        }
        return text.equals("true");
    }

    /** Two numbers, or the fallback if there are none. */
    public double[] pair(String key, double first, double second) {
        Object value = take(key);
        if (value == null) {
            return new double[] {first, second};
        }
        if (!(value instanceof List<?> list)
                || list.size() != 2
                || list.get(0) == null
                || list.get(1) == null) {
            throw bad(key, "be a list of two numbers", value, null);
        }
        return new double[] {
            decimal(key, list.get(0)).doubleValue(), decimal(key, list.get(1)).doubleValue()
        };
    }

    /** A constant, written in lower case with hyphens, or the fallback if there is none. */
    public <E extends Enum<E>> E choice(String key, E fallback) {
        Object value = take(key);
        if (value == null) {
            return fallback;
        }
        Set<String> names = new TreeSet<>();
        for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
            if (text(constant).equals(value)) {
                return constant;
            }
            names.add(text(constant));
        }
        throw bad(key, "be one of " + String.join(", ", names), value, null);
    }

    /** A colour as six hexadecimal digits, or the fallback if there is none. */
    public int color(String key, int fallback) {
        Object value = take(key);
        if (value == null) {
            return fallback;
        }
        try {
            return parseColor(value.toString());
        } catch (IllegalArgumentException e) {
            throw bad(key, "be six hexadecimal digits as text, such as '7c7468'", value, e);
        }
    }

    /** A map of further settings, or null if there is none. */
    public @Nullable SettingsMap map(String key) {
        Object value = take(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw bad(key, "be a map of settings", value, null);
        }
        return new SettingsMap(name + "." + key, map);
    }

    /**
     * Ends reading.
     *
     * @throws IllegalArgumentException naming a key that nobody asked for
     */
    public void finish() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    name
                            + " must have only the keys "
                            + String.join(", ", known)
                            + ", but has "
                            + String.join(", ", left.keySet())
                            + "; remove or correct it");
        }
    }

    /** A constant as it is written in a map. */
    public static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A colour as it is written in a map. */
    public static String colorText(int rgb) {
        return String.format(Locale.ROOT, "%06x", rgb);
    }

    /** The colour of six hexadecimal digits. */
    public static int parseColor(String digits) {
        if (!digits.matches("[0-9a-f]{6}")) {
            throw new IllegalArgumentException(
                    "colour must be six hexadecimal digits, but was " + digits);
        }
        return Integer.parseInt(digits, 16);
    }

    private @Nullable Object take(String key) {
        known.add(key);
        Object value = left.get(key);
        if (value == null && left.containsKey(key)) {
            throw new IllegalArgumentException(
                    name + "." + key + " must have a value, but was null; remove the key");
        }
        left.remove(key);
        return value;
    }

    private BigDecimal decimal(String key, @Nullable Object value) {
        try {
            if (value instanceof Number || value instanceof String) {
                return new BigDecimal(value.toString());
            }
        } catch (NumberFormatException e) {
            throw bad(key, "be a number", value, e);
        }
        throw bad(key, "be a number", value, null);
    }

    private IllegalArgumentException bad(
            String key, String rule, @Nullable Object value, @Nullable Exception cause) {
        return new IllegalArgumentException(
                name + "." + key + " must " + rule + ", but was " + value, cause);
    }
}
