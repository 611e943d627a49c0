package io.ssld.base.internal;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings read from a map, as a file of JSON or YAML gives it: strictly, so that a slip of the pen
 * is an error and not a default. {@link #finish} refuses the keys that nobody asked for.
 *
 * <p>A setting is required, or has a fallback. Numbers may be of any type, or text, as long as
 * nothing is lost: YAML reads 3e-5, without a point, as text. Constants are read in any case, with
 * hyphens or underscores.
 */
public final class SettingsMap {

    private final String prefix;
    private final String name;
    private final @Nullable String owner;
    private final Map<String, Object> map = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    /**
     * Starts to read settings with fallbacks.
     *
     * @param name what has the settings, for messages
     * @param map the settings
     */
    public SettingsMap(String name, Map<?, ?> map) {
        this(name + ".", name, null, map);
    }

    private SettingsMap(String prefix, String name, @Nullable String owner, Map<?, ?> map) {
        this.prefix = prefix;
        this.name = name;
        this.owner = owner;
        map.forEach((key, value) -> this.map.put(String.valueOf(key), value));
    }

    /**
     * Starts to read what is written whole.
     *
     * @param owner what it is, such as {@code a recipe}; messages name the settings alone
     * @param map the settings
     */
    public static SettingsMap of(String owner, Map<?, ?> map) {
        return new SettingsMap("", owner, owner, map);
    }

    /** Whether there is such a setting. */
    public boolean has(String key) {
        known.add(key);
        return map.containsKey(key);
    }

    /** A setting as it is. */
    public Object value(String key) {
        known.add(key);
        Object value = map.get(key);
        if (value == null) {
            String hint = owner == null ? "" : "; " + owner + " that was written by toMap has it";
            throw new IllegalArgumentException(
                    prefix + key + " must be given, but was missing" + hint);
        }
        return value;
    }

    /** A text. */
    public String text(String key) {
        if (value(key) instanceof String text) {
            return text;
        }
        throw wrong(key, "be text");
    }

    /** A number. */
    public double number(String key) {
        return asNumber(key, value(key));
    }

    /** A whole number of 64 bits. */
    public long whole(String key) {
        return asWhole(key, value(key));
    }

    /** A whole number of 32 bits. */
    public int integer(String key) {
        return asInteger(key, whole(key));
    }

    /** True or false. */
    public boolean flag(String key) {
        return asFlag(key, value(key));
    }

    /** A constant. */
    public <E extends Enum<E>> E constant(String key, Class<E> type) {
        String text = text(key);
        E constant = find(type, text);
        if (constant != null) {
            return constant;
        }
        List<String> names = Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        throw wrong(key, "be one of " + names, names);
    }

    /** A list. */
    public List<?> list(String key) {
        if (value(key) instanceof List<?> list) {
            return list;
        }
        throw wrong(key, "be a list");
    }

    /** A map of further settings, which has to be read to its end, too. */
    public SettingsMap fields(String key) {
        return new SettingsMap(prefix + key + ".", prefix + key, owner, mapOf(key, value(key)));
    }

    /** The settings of another type, which reads and checks them itself. */
    public Map<String, Object> settings(String key) {
        return new LinkedHashMap<>(fields(key).map);
    }

    /** The keys, for a map whose keys are data. */
    public List<String> keys() {
        return List.copyOf(map.keySet());
    }

    /** For a value that is none of some names, one of which was perhaps meant. */
    public IllegalArgumentException wrong(String key, String rule, List<String> names) {
        String asked = String.valueOf(map.get(key));
        return new IllegalArgumentException(
                message(key, rule, asked) + Names.suggestion(asked, names));
    }

    /** For a value that breaks a rule. */
    public IllegalArgumentException wrong(String key, String rule) {
        return bad(key, rule, map.get(key), null);
    }

    /** A number, or the fallback if there is none. */
    public double number(String key, double fallback) {
        Object value = take(key);
        return value == null ? fallback : asNumber(key, value);
    }

    /** A whole number, or the fallback if there is none. */
    public long whole(String key, long fallback) {
        Object value = take(key);
        return value == null ? fallback : asWhole(key, value);
    }

    /** A whole number of 32 bits, or the fallback if there is none. */
    public int integer(String key, int fallback) {
        return asInteger(key, whole(key, fallback));
    }

    /** True or false, or the fallback if there is none. */
    public boolean flag(String key, boolean fallback) {
        Object value = take(key);
        return value == null ? fallback : asFlag(key, value);
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
        return new double[] {asNumber(key, list.get(0)), asNumber(key, list.get(1))};
    }

    /** A constant, or the fallback if there is none. */
    public <E extends Enum<E>> E choice(String key, E fallback) {
        Object value = take(key);
        if (value == null) {
            return fallback;
        }
        Class<E> type = fallback.getDeclaringClass();
        E constant = find(type, value.toString());
        if (constant != null) {
            return constant;
        }
        Set<String> names = new TreeSet<>();
        for (E each : type.getEnumConstants()) {
            names.add(text(each));
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
        return value == null ? null : fields(key);
    }

    /**
     * Ends reading.
     *
     * @throws IllegalArgumentException naming a key that nobody asked for
     */
    public void finish() {
        List<String> unknown = map.keySet().stream().filter(key -> !known.contains(key)).toList();
        if (unknown.isEmpty()) {
            return;
        }
        if (owner == null) {
            throw new IllegalArgumentException(
                    name
                            + " must have only the keys "
                            + String.join(", ", known)
                            + ", but has "
                            + String.join(", ", unknown)
                            + "; remove or correct it");
        }
        String key = unknown.get(0);
        List<String> close = Names.close(key, known);
        throw new IllegalArgumentException(
                "%s%s must be a setting of %s, but was not known; the nearest are %s"
                        .formatted(
                                prefix,
                                key,
                                owner,
                                String.join(", ", close.isEmpty() ? known : close)));
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
        Object value = map.get(key);
        if (value == null && map.containsKey(key)) {
            throw new IllegalArgumentException(
                    prefix + key + " must have a value, but was null; remove the key");
        }
        return value;
    }

    private double asNumber(String key, @Nullable Object value) {
        try {
            if (value instanceof Number || value instanceof String) {
                double number = Double.parseDouble(value.toString());
                if (Double.isFinite(number)) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            throw bad(key, "be a number", value, e);
        }
        throw bad(key, "be a number", value, null);
    }

    private long asWhole(String key, Object value) {
        try {
            if (value instanceof Number || value instanceof String) {
                return new BigDecimal(value.toString().strip()).longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw bad(key, "be a whole number", value, e);
        }
        throw bad(key, "be a whole number", value, null);
    }

    private int asInteger(String key, long value) {
        if (value != (int) value) {
            throw bad(key, "be a whole number of 32 bits", value, null);
        }
        return (int) value;
    }

    private boolean asFlag(String key, Object value) {
        String text = value.toString();
        if (!text.equals("true") && !text.equals("false")) {
            throw bad(key, "be true or false", value, null);
        }
        return text.equals("true");
    }

    private Map<?, ?> mapOf(String key, Object value) {
        if (value instanceof Map<?, ?> settings) {
            return settings;
        }
        throw bad(key, "be a map of settings", value, null);
    }

    private static <E extends Enum<E>> @Nullable E find(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text.replace('-', '_'))) {
                return constant;
            }
        }
        return null;
    }

    private IllegalArgumentException bad(
            String key, String rule, @Nullable Object value, @Nullable Exception cause) {
        return new IllegalArgumentException(message(key, rule, value), cause);
    }

    private String message(String key, String rule, @Nullable Object value) {
        return prefix + key + " must " + rule + ", but was " + value;
    }
}
