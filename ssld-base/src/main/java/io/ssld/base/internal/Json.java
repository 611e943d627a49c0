package io.ssld.base.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the files of a run hold it: records in and out, indented, in a stable order.
 *
 * <p>A record becomes an object with its components in order, a map one with its keys sorted as
 * text, so equal values give equal files. {@link Path}, {@link java.time.Instant} and {@link
 * java.time.Duration} are written as text, a path with forward slashes. An empty {@link
 * java.util.Optional} is {@code null}. So is a number that is not finite, for JSON has none: a
 * diverged run must still leave its files; where a {@code double} is expected, {@code null} is read
 * as NaN.
 */
public final class Json {

    private static final Gson GSON =
            new GsonBuilder()
                    .setPrettyPrinting()
                    .disableHtmlEscaping()
                    .serializeNulls()
                    .setStrictness(Strictness.STRICT)
                    .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                    .registerTypeAdapterFactory(new JsonAdapters())
                    .create();

    private Json() {}

    /**
     * Writes a value as JSON.
     *
     * @param value a record, map, collection, text, number, boolean or {@code null}
     * @return the indented text, without a line end
     */
    public static String toString(@Nullable Object value) {
        return GSON.toJson(value);
    }

    /**
     * Writes a value into a file, which is there whole or not at all.
     *
     * @param file the file to create or replace
     * @param value a record, map, collection, text, number, boolean or {@code null}
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, @Nullable Object value) throws IOException {
        Objects.requireNonNull(file, "file");
        AtomicFiles.writeString(file, toString(value) + "\n");
    }

    /**
     * Reads a value back.
     *
     * @param file the file
     * @param type the class of the value, such as a record
     * @param <T> the type of the value
     * @return the value
     * @throws IOException if the file cannot be read or does not hold such a value
     */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(type, "type");
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw unreadable(file.toString(), type, "not UTF-8", e);
        }
        return parse(text, type, file.toString());
    }

    /**
     * Reads a value from a text.
     *
     * @param text the JSON
     * @param type the class of the value, such as a record
     * @param source where the text is from, for messages
     * @param <T> the type of the value
     * @return the value
     * @throws IOException if the text does not hold such a value
     */
    public static <T> T parse(String text, Class<T> type, String source) throws IOException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(source, "source");
        T value;
        try {
            value = GSON.fromJson(text, type);
        } catch (RuntimeException e) {
            // Gson passes on what a record's constructor throws, whichever exception it is.
            throw unreadable(source, type, found(e), e);
        }
        if (value == null) {
            throw unreadable(source, type, text.isBlank() ? "empty" : text.strip(), null);
        }
        return value;
    }

    /** Returns a map as it would be read back: plain maps, lists, text, longs and doubles. */
    public static Map<String, @Nullable Object> plain(Map<String, ? extends @Nullable Object> map) {
        return GSON.fromJson(toString(map), new TypeToken<Map<String, @Nullable Object>>() {});
    }

    /** What a record's constructor says matters, not that Gson called it. */
    private static String found(RuntimeException failure) {
        Throwable cause = failure.getCause();
        String message = String.valueOf(failure.getMessage());
        if (cause == null || !message.startsWith("Failed to invoke constructor")) {
            return message;
        }
        return cause instanceof NullPointerException
                ? "without " + cause.getMessage()
                : String.valueOf(cause.getMessage());
    }

    private static IOException unreadable(
            String source, Class<?> type, String found, @Nullable Throwable cause) {
        return new IOException(
                "%s must hold %s as JSON, but was %s"
                        .formatted(source, type.getSimpleName(), found),
                cause);
    }
}
