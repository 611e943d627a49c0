package io.ssld.core.data;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A builder's setting, which is given at most once. */
final class Setting<T> {

    private final String name;
    private @Nullable T value;

    Setting(String name) {
        this.name = name;
    }

    void set(T value) {
        Objects.requireNonNull(value, name);
        if (this.value != null) {
            throw new IllegalStateException(
                    name + " must be set once, but was already set to " + this.value);
        }
        this.value = value;
    }

    boolean isSet() {
        return value != null;
    }

    T or(T fallback) {
        return value != null ? value : fallback;
    }

    T required() {
        if (value == null) {
            throw new IllegalStateException(name + " must be set");
        }
        return value;
    }

    /** Names all required settings that are missing, in one message. */
    static void requireAll(Setting<?>... settings) {
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
