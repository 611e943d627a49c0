package io.ssld.core.internal;

import org.jspecify.annotations.Nullable;

/**
 * One setting of a builder: given at most once, and named in the message when it is missing.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {

    private final String call;
    private @Nullable T value;

    /**
     * Creates a setting without a value.
     *
     * @param call the builder's method that gives it, for messages
     */
    public Setting(String call) {
        this.call = call;
    }

    /**
     * Gives the value.
     *
     * @param given the value
     * @throws IllegalStateException if there is one already
     */
    public void give(@Nullable T given) {
        if (given == null) {
            throw new IllegalArgumentException(call + " must be given a value, but was null");
        }
        if (value != null) {
            throw new IllegalStateException(
                    call + " must be called once, but was " + value + " and now " + given);
        }
        value = given;
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
        if (value == null) {
            throw new IllegalStateException(call + " must be called before build()");
        }
        return value;
    }
}
