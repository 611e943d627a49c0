package io.ssld.base.internal;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How {@link Json} writes and reads the types that Gson does not know or writes otherwise. */
final class JsonAdapters implements TypeAdapterFactory {

    @Override
    @SuppressWarnings("unchecked") // each adapter is chosen by the raw class of T
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
        return (TypeAdapter<T>) adapter(gson, type);
    }

    private @Nullable TypeAdapter<?> adapter(Gson gson, TypeToken<?> type) {
        Class<?> raw = type.getRawType();
        if (Map.class.isAssignableFrom(raw)) {
            return new SortedMaps<>(gson.getDelegateAdapter(this, type));
        } else if (Path.class.isAssignableFrom(raw)) {
            return new Via<>(
                    gson.getAdapter(String.class),
                    (Path path) -> path.toString().replace(File.separatorChar, '/'),
                    Path::of,
                    null);
        } else if (raw == Instant.class) {
            return new Via<>(
                    gson.getAdapter(String.class), Instant::toString, Instant::parse, null);
        } else if (raw == Duration.class) {
            return new Via<>(
                    gson.getAdapter(String.class), Duration::toString, Duration::parse, null);
        } else if (raw == double.class || raw == Double.class) {
            return new Via<Double, Double>(
                    gson.getDelegateAdapter(this, TypeToken.get(Double.class)),
                    x -> Double.isFinite(x) ? x : null,
                    x -> x,
                    Double.NaN);
        } else if (raw == float.class || raw == Float.class) {
            return new Via<Float, Float>(
                    gson.getDelegateAdapter(this, TypeToken.get(Float.class)),
                    x -> Float.isFinite(x) ? x : null,
                    x -> x,
                    Float.NaN);
        }
        return optional(gson, type);
    }

    private static @Nullable TypeAdapter<?> optional(Gson gson, TypeToken<?> type) {
        Class<?> raw = type.getRawType();
        if (raw == Optional.class) {
            TypeToken<?> held =
                    type.getType() instanceof ParameterizedType optional
                            ? TypeToken.get(optional.getActualTypeArguments()[0])
                            : TypeToken.get(Object.class);
            return optionalOf(gson.getAdapter(held));
        } else if (raw == OptionalInt.class) {
            return new Via<OptionalInt, Integer>(
                    gson.getAdapter(Integer.class),
                    x -> x.isPresent() ? x.getAsInt() : null,
                    OptionalInt::of,
                    OptionalInt.empty());
        } else if (raw == OptionalLong.class) {
            return new Via<OptionalLong, Long>(
                    gson.getAdapter(Long.class),
                    x -> x.isPresent() ? x.getAsLong() : null,
                    OptionalLong::of,
                    OptionalLong.empty());
        } else if (raw == OptionalDouble.class) {
            return new Via<OptionalDouble, Double>(
                    gson.getAdapter(Double.class),
                    x -> x.isPresent() ? x.getAsDouble() : null,
                    OptionalDouble::of,
                    OptionalDouble.empty());
        }
        return null;
    }

    private static <T> TypeAdapter<Optional<T>> optionalOf(TypeAdapter<T> held) {
        return new Via<Optional<T>, T>(held, x -> x.orElse(null), Optional::of, Optional.empty());
    }

    /** Writes a value as one of another type, and {@code null} where there is none. */
    private static final class Via<A, B> extends TypeAdapter<A> {

        private final TypeAdapter<B> other;
        private final Function<A, @Nullable B> to;
        private final Function<B, A> from;
        private final @Nullable A absent;

        Via(
                TypeAdapter<B> other,
                Function<A, @Nullable B> to,
                Function<B, A> from,
                @Nullable A absent) {
            this.other = other;
            this.to = to;
            this.from = from;
            this.absent = absent;
        }

        @Override
        public void write(JsonWriter out, @Nullable A value) throws IOException {
            B written = value == null ? null : to.apply(value);
            if (written == null) {
                out.nullValue();
            } else {
                other.write(out, written);
            }
        }

        @Override
        public @Nullable A read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return absent;
            }
            return from.apply(other.read(in));
        }
    }

    /** Writes the keys of a map in the order of their text; reads as Gson does. */
    private static final class SortedMaps<T> extends TypeAdapter<T> {

        private final TypeAdapter<T> unsorted;

        SortedMaps(TypeAdapter<T> unsorted) {
            this.unsorted = unsorted;
        }

        @Override
        @SuppressWarnings("unchecked") // Gson's adapter of a map type writes any map
        public void write(JsonWriter out, @Nullable T value) throws IOException {
            if (value == null) {
                out.nullValue();
                return;
            }
            Map<Object, Object> sorted = new TreeMap<>(Comparator.comparing(String::valueOf));
            sorted.putAll((Map<?, ?>) value);
            unsorted.write(out, (T) sorted);
        }

        @Override
        public T read(JsonReader in) throws IOException {
            return unsorted.read(in);
        }
    }
}
