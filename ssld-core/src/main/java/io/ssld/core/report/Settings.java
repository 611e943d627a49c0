package io.ssld.core.report;

import org.jspecify.annotations.Nullable;

/** What the builders of this package check alike. */
final class Settings {

    private Settings() {}

    /** Returns {@code value}, unless the setting has one. */
    static <T> T once(String name, @Nullable T earlier, T value) {
        if (earlier != null) {
            throw new IllegalStateException(
                    "%s must be set once, but was %s already; remove one of the two calls"
                            .formatted(name, earlier));
        }
        return value;
    }

    /** Returns the value of a setting that may not be left out. */
    static <T> T required(String setter, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException(setter + " must be called, but was not");
        }
        return value;
    }
}
