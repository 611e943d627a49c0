package io.ssld.losses;

import org.jspecify.annotations.Nullable;

/** Checks that the builders of this package share. */
final class Settings {

    private Settings() {}

    /** Returns {@code value}, unless the setting was given before. */
    static <T> T once(String name, @Nullable T earlier, T value) {
        if (earlier != null) {
            throw new IllegalStateException(
                    name + " must be set once, but was " + earlier + "; remove one of the calls");
        }
        return value;
    }

    static <T> T required(String name, @Nullable T value, String remedy) {
        if (value == null) {
            throw new IllegalStateException(name + " must be set, but was missing; " + remedy);
        }
        return value;
    }

    static <T> T or(@Nullable T value, T defaultValue) {
        return value == null ? defaultValue : value;
    }

    static float positive(String name, float value) {
        require(Float.isFinite(value) && value > 0, name, "be finite and greater than 0", value);
        return value;
    }

    static float notNegative(String name, float value) {
        require(Float.isFinite(value) && value >= 0, name, "be finite and at least 0", value);
        return value;
    }

    static float finite(String name, float value) {
        require(Float.isFinite(value), name, "be finite", value);
        return value;
    }

    static String notBlank(String name, String value) {
        require(!value.isBlank(), name, "have a visible character", "'" + value + "'");
        return value;
    }

    private static void require(boolean holds, String name, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must " + rule + ", but was " + value);
        }
    }
}
