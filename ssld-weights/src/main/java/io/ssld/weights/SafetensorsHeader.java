package io.ssld.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The head of a safetensors file: what is in it and where.
 *
 * @param metadata the writer's notes
 * @param entries the tensors by name, in the order of the header
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> entries) {

    /** Longest JSON text, the limit of the reference implementation. */
    static final int MAX_LENGTH = 100_000_000;

    /** The key under which the notes stand among the tensors. */
    static final String METADATA = "__metadata__";

    /** Where a tensor lies: from byte {@code begin} to before byte {@code end} of the data. */
    record Entry(SafetensorsType type, Shape shape, long begin, long end) {

        static Entry of(Shape shape, DataType type, long begin) {
            long end = begin + HostTensor.byteCount(shape, type);
            return new Entry(SafetensorsType.of(type), shape, begin, end);
        }

        int length() {
            return Math.toIntExact(end - begin);
        }

        /** Returns type and shape, such as {@code F32 (64, 3)}. */
        String describe() {
            return type + " " + shape;
        }
    }

    /**
     * Describes a file to be written. It lists the tensors in the dictionary's order; its data
     * holds those of the widest type first, so that each one begins at a multiple of its element
     * size.
     */
    static SafetensorsHeader of(StateDict state, Map<String, String> metadata) {
        List<Map.Entry<String, HostTensor>> placing = new ArrayList<>(state.tensors().entrySet());
        placing.sort(Comparator.comparing(entry -> -entry.getValue().dataType().getNumOfBytes()));
        Map<String, Entry> placed = new HashMap<>();
        long begin = 0;
        for (Map.Entry<String, HostTensor> next : placing) {
            HostTensor tensor = next.getValue();
            Entry entry = Entry.of(tensor.shape(), tensor.dataType(), begin);
            placed.put(next.getKey(), entry);
            begin = entry.end();
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        state.tensors().keySet().forEach(name -> entries.put(name, placed.get(name)));
        return of(entries, metadata);
    }

    /** Describes a file whose data holds arrays in the order of its list. */
    static SafetensorsHeader inOrder(Map<String, NDArray> arrays, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long begin = 0;
        for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
            NDArray array = named.getValue();
            if (!HostTensor.TYPES.contains(array.getDataType())) {
                throw new IllegalArgumentException(
                        "array %s must be of a type among %s, but was %s"
                                .formatted(named.getKey(), HostTensor.TYPES, array.getDataType()));
            }
            Entry entry = Entry.of(array.getShape(), array.getDataType(), begin);
            entries.put(named.getKey(), entry);
            begin = entry.end();
        }
        return of(entries, metadata);
    }

    private static SafetensorsHeader of(Map<String, Entry> entries, Map<String, String> metadata) {
        if (entries.containsKey(METADATA)) {
            throw new IllegalArgumentException(
                    "tensor name must differ from the format's own key, but was " + METADATA);
        }
        // Sorted, as the order of many maps changes from run to run.
        return new SafetensorsHeader(new TreeMap<>(metadata), entries);
    }

    /** Returns names and tensors in the order of their data; empty ones before their neighbours. */
    List<Map.Entry<String, Entry>> byPosition() {
        List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
        sorted.sort(
                Comparator.<Map.Entry<String, Entry>>comparingLong(next -> next.getValue().begin())
                        .thenComparingLong(next -> next.getValue().end()));
        return sorted;
    }

    /** Returns the number of bytes of all tensors, given that they lie without gaps. */
    long dataLength() {
        return entries.values().stream().mapToLong(Entry::end).max().orElse(0);
    }

    /** Returns the first bytes of a file: length and JSON text, padded to a multiple of 8. */
    ByteBuffer encode() throws IOException {
        // Unlike getBytes, an encoder refuses half a surrogate pair instead of renaming the tensor.
        ByteBuffer json = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(toJson()));
        int length = (json.remaining() + 7) / 8 * 8;
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "header must be at most " + MAX_LENGTH + " bytes long, but was " + length);
        }
        ByteBuffer encoded = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
        encoded.putLong(length).put(json);
        while (encoded.hasRemaining()) {
            encoded.put((byte) ' ');
        }
        return encoded.flip();
    }

    private String toJson() throws IOException {
        StringWriter text = new StringWriter();
        JsonWriter json = new JsonWriter(text);
        json.beginObject();
        if (!metadata.isEmpty()) {
            json.name(METADATA).beginObject();
            for (Map.Entry<String, String> note : metadata.entrySet()) {
                json.name(note.getKey()).value(note.getValue());
            }
            json.endObject();
        }
        for (Map.Entry<String, Entry> next : entries.entrySet()) {
            Entry entry = next.getValue();
            json.name(next.getKey()).beginObject();
            json.name("dtype").value(entry.type().name());
            json.name("shape").beginArray();
            for (long size : entry.shape().getShape()) {
                json.value(size);
            }
            json.endArray();
            json.name("data_offsets").beginArray().value(entry.begin()).value(entry.end());
            json.endArray().endObject();
        }
        json.endObject();
        return text.toString();
    }
}
