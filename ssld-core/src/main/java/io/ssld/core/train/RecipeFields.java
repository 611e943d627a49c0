package io.ssld.core.train;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A recipe's map, read strictly: a key that nobody knows is an error that names the nearest known
 * ones, and a value of the wrong kind one that names its key.
 */
final class RecipeFields {

    private static final int SUGGESTIONS = 3;

    private final String path;
    private final Map<?, ?> map;
    private final List<String> known = new ArrayList<>();

    private RecipeFields(String path, Map<?, ?> map) {
        this.path = path;
        this.map = map;
    }

    static RecipeFields of(Map<?, ?> map) {
        return new RecipeFields("", map);
    }

    boolean has(String key) {
        known.add(key);
        return map.containsKey(key);
    }

    Object value(String key) {
        known.add(key);
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException(
                    path
                            + key
                            + " must be given, but was missing; a recipe that was written by toMap"
                            + " has it");
        }
        return value;
    }

    String text(String key) {
        if (value(key) instanceof String text) {
            return text;
        }
        throw wrong(key, "be text");
    }

    double number(String key) {
        Object value = value(key);
        try {
            // YAML reads 3e-5, without a point, as text.
            if (value instanceof Number || value instanceof String) {
                return Double.parseDouble(value.toString());
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(message(key, "be a number", value), e);
        }
        throw wrong(key, "be a number");
    }

    long whole(String key) {
        Object value = value(key);
        try {
            if (value instanceof Number) {
                return new BigDecimal(value.toString()).longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(message(key, "be a whole number", value), e);
        }
        throw wrong(key, "be a whole number");
    }

    int integer(String key) {
        long value = whole(key);
        if (value != (int) value) {
            throw wrong(key, "be a whole number of 32 bits");
        }
        return (int) value;
    }

    boolean flag(String key) {
        if (value(key) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(key, "be true or false");
    }

    <E extends Enum<E>> E constant(String key, Class<E> type) {
        String text = text(key);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw wrong(key, "be one of " + Arrays.toString(type.getEnumConstants()));
    }

    List<?> list(String key) {
        if (value(key) instanceof List<?> list) {
            return list;
        }
        throw wrong(key, "be a list");
    }

    RecipeFields fields(String key) {
        if (value(key) instanceof Map<?, ?> fields) {
            return new RecipeFields(path + key + ".", fields);
        }
        throw wrong(key, "be a map of settings");
    }

    /** The settings of another type, which reads and checks them itself. */
    Map<String, Object> map(String key) {
        if (value(key) instanceof Map<?, ?> fields) {
            Map<String, Object> copy = new LinkedHashMap<>();
            fields.forEach((name, value) -> copy.put(String.valueOf(name), value));
            return copy;
        }
        throw wrong(key, "be a map of settings");
    }

    /** The keys, for a map whose keys are data. */
    List<String> keys() {
        return map.keySet().stream().map(String::valueOf).toList();
    }

    IllegalArgumentException wrong(String key, String rule) {
        return new IllegalArgumentException(message(key, rule, map.get(key)));
    }

    private String message(String key, String rule, @Nullable Object value) {
        return path + key + " must " + rule + ", but was " + value;
    }

    /** Fails if there is a key that was not asked for. */
    void finish() {
        for (String key : keys()) {
            if (!known.contains(key)) {
                List<String> nearest =
                        new TreeSet<>(known)
                                .stream()
                                        .sorted(Comparator.comparingInt(k -> distance(key, k)))
                                        .limit(SUGGESTIONS)
                                        .toList();
                throw new IllegalArgumentException(
                        path
                                + key
                                + " must be a setting of a recipe, but was not known; the nearest"
                                + " are "
                                + String.join(", ", nearest));
            }
        }
    }

    /** Letters to insert, remove or replace; case does not count. */
    private static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
