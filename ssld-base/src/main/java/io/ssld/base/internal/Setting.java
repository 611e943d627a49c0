package io.ssld.base.internal;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a builder: given at most once, and named in the message when it is missing.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {

    private final String name;
    private @Nullable T value;

    /**
     * Creates a setting without a value.
     *
     * @param name what it is called, for messages
     */
    public Setting(String name) {
        this.name = name;
    }

    /**
     * Gives the value.
     *
     * @param given the value
     * @throws IllegalStateException if there is one already
     */
    public void set(T given) {
        Objects.requireNonNull(given, name);
        if (value != null) {
            throw new IllegalStateException(
                    name
                            + " must be set once, but was "
                            + value
                            + " already; remove one of the two calls");
        }
        value = given;
    }

    /**
     * Tells whether there is a value.
     *
     * @return true once it was given
     */
    public boolean isSet() {
        return value != null;
    }

    /**
     * Returns the value or a default.
     *
     * @param fallback the default
     * @return the value given, else {@code fallback}
     */
    public T or(T fallback) {
        return value == null ? fallback : value;
    }

    /**
     * Returns the value or nothing.
     *
     * @return the value given, else {@code null}
     */
    public @Nullable T orNull() {
        return value;
    }

    /**
     * Returns the value of a required setting.
     *
     * @return the value given
     * @throws IllegalStateException if there is none
     */
    public T required() {
        requireAll(this);
        return Objects.requireNonNull(value);
    }

    /**
     * Fails unless every one of several required settings has a value.
     *
     * @param settings the settings
     * @throws IllegalStateException naming all that are missing
     */
    public static void requireAll(Setting<?>... settings) {
        String missing =
                Stream.of(settings)
                        .filter(setting -> !setting.isSet())
                        .map(setting -> setting.name)
                        .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new IllegalStateException(missing + " must be set before build()");
        }
    }
}
