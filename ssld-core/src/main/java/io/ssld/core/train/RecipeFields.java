package io.ssld.core.train;

import io.ssld.base.internal.Names;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A recipe's map, read strictly: a key that nobody knows is an error that names the nearest known
 * ones, and a value of the wrong kind one that names its key.
 */
final class RecipeFields {

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
            if (value instanceof Number || value instanceof String) {
                return new BigDecimal(value.toString().strip()).longValueExact();
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
        List<String> names = Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        throw wrong(key, "be one of " + names, names);
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

    /** For a value that is none of some names, one of which was perhaps meant. */
    IllegalArgumentException wrong(String key, String rule, List<String> names) {
        String asked = String.valueOf(map.get(key));
        return new IllegalArgumentException(
                message(key, rule, asked) + Names.suggestion(asked, names));
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
                List<String> all = new ArrayList<>(new TreeSet<>(known));
                List<String> close = Names.close(key, all);
                throw new IllegalArgumentException(
                        path
                                + key
                                + " must be a setting of a recipe, but was not known; the nearest"
                                + " are "
                                + String.join(", ", close.isEmpty() ? all : close));
            }
        }
    }
}
