package io.ssld.weights;

import ai.djl.ndarray.types.Shape;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.ssld.weights.SafetensorsHeader.Entry;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a safetensors file that may be hostile: whatever it returns is consistent,
 * and everything else is an IOException that names file and tensor. It accepts only what the format
 * defines, so nesting cannot run deep, and nothing is allocated but for text that is there.
 */
final class SafetensorsHeaderParser {

    private final String source;
    private final JsonReader json;

    private SafetensorsHeaderParser(String source, Reader text) {
        this.source = source;
        this.json = new JsonReader(text);
        this.json.setStrictness(Strictness.STRICT);
    }

    /**
     * Parses and checks a header.
     *
     * @param source the file, for messages
     * @param bytes the JSON text in UTF-8, perhaps padded with spaces
     */
    static SafetensorsHeader parse(String source, byte[] bytes) throws IOException {
        try {
            // A decoder of its own refuses malformed text, where a charset would repair it.
            Reader text =
                    new InputStreamReader(
                            new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
            return new SafetensorsHeaderParser(source, text).header();
        } catch (MalformedJsonException | EOFException | CharacterCodingException e) {
            throw new MalformedWeightsException(
                    source, "header", "be JSON in UTF-8", "was not: " + e.getMessage());
        }
    }

    private SafetensorsHeader header() throws IOException {
        Map<String, String> metadata = Map.of();
        Map<String, Entry> entries = new LinkedHashMap<>();
        begin(JsonToken.BEGIN_OBJECT, "header");
        boolean hasMetadata = false;
        while (json.hasNext()) {
            String name = json.nextName();
            if (name.equals(SafetensorsHeader.METADATA)) {
                require(!hasMetadata, name, "occur once", "repeated");
                hasMetadata = true;
                metadata = metadata();
            } else {
                String where = "tensor '" + name + "'";
                require(!entries.containsKey(name), where, "occur once", "repeated");
                entries.put(name, entry(where));
            }
        }
        json.endObject();
        require(json.peek() == JsonToken.END_DOCUMENT, "header", "end after its object", "longer");
        SafetensorsHeader header = new SafetensorsHeader(metadata, entries);
        checkLayout(header);
        return header;
    }

    private Map<String, String> metadata() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        begin(JsonToken.BEGIN_OBJECT, SafetensorsHeader.METADATA);
        while (json.hasNext()) {
            String key = json.nextName();
            String where = SafetensorsHeader.METADATA + " key '" + key + "'";
            require(metadata.put(key, string(where)) == null, where, "occur once", "repeated");
        }
        json.endObject();
        return metadata;
    }

    private Entry entry(String where) throws IOException {
        String type = null;
        long[] shape = null;
        long[] offsets = null;
        begin(JsonToken.BEGIN_OBJECT, where);
        while (json.hasNext()) {
            String key = json.nextName();
            String what = where + ": " + key;
            switch (key) {
                case "dtype" -> type = once(type, string(what), what);
                case "shape" -> shape = once(shape, counts(what), what);
                case "data_offsets" -> offsets = once(offsets, counts(what), what);
                default -> throw error(where, "have dtype, shape and data_offsets", "given " + key);
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null) {
            throw error(where, "have dtype, shape and data_offsets", "without one of them");
        }
        return entry(where, type, shape, offsets);
    }

    private Entry entry(String where, String typeName, long[] sizes, long[] offsets)
            throws IOException {
        SafetensorsType type = type(where, typeName);
        require(
                offsets.length == 2 && offsets[0] <= offsets[1],
                where + ": data_offsets",
                "be begin and end",
                Arrays.toString(offsets));
        Shape shape = new Shape(sizes);
        long length = offsets[1] - offsets[0];
        long longest = StoredTensors.maxBytes(type.stored);
        require(length <= longest, where, "take at most " + longest + " bytes", length);
        try {
            long expected = HostTensor.byteCount(shape, type.stored);
            require(
                    length == expected,
                    where + ": data_offsets",
                    "span the " + expected + " bytes of its shape",
                    Arrays.toString(offsets));
        } catch (IllegalArgumentException e) {
            throw MalformedWeightsException.of(source, where, e);
        }
        return new Entry(type, shape, offsets[0], offsets[1]);
    }

    private SafetensorsType type(String where, String name) throws IOException {
        for (SafetensorsType type : SafetensorsType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw error(
                where + ": dtype",
                "be one of " + Arrays.toString(SafetensorsType.values()),
                name + "; convert the file to one of these");
    }

    /** Checks that the tensors lie one behind the other: no gap to hide data in, no overlap. */
    private void checkLayout(SafetensorsHeader header) throws IOException {
        long end = 0;
        for (Map.Entry<String, Entry> next : header.byPosition()) {
            Entry entry = next.getValue();
            require(
                    entry.begin() == end,
                    "tensor '" + next.getKey() + "': data_offsets",
                    "begin where the tensor before ends, at " + end,
                    "[" + entry.begin() + ", " + entry.end() + "]");
            end = entry.end();
        }
    }

    private void begin(JsonToken token, String what) throws IOException {
        JsonToken found = json.peek();
        require(found == token, what, "be " + token, found);
        if (token == JsonToken.BEGIN_OBJECT) {
            json.beginObject();
        } else {
            json.beginArray();
        }
    }

    private String string(String what) throws IOException {
        JsonToken found = json.peek();
        require(found == JsonToken.STRING, what, "be a string", found);
        return json.nextString();
    }

    private long[] counts(String what) throws IOException {
        List<Long> counts = new ArrayList<>();
        begin(JsonToken.BEGIN_ARRAY, what);
        while (json.hasNext()) {
            counts.add(count(what));
        }
        json.endArray();
        return counts.stream().mapToLong(Long::longValue).toArray();
    }

    private long count(String what) throws IOException {
        // As text: JsonReader would take 1.0, 1e3 and "1" for whole numbers too.
        String text = json.peek() == JsonToken.NUMBER ? json.nextString() : json.peek().toString();
        try {
            require(text.matches("[0-9]+"), what, "be whole numbers of at least 0", text);
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw error(what, "fit 63 bits", text);
        }
    }

    private <T> T once(@Nullable T before, T now, String what) throws IOException {
        require(before == null, what, "occur once", "repeated");
        return now;
    }

    private void require(boolean holds, String name, String rule, Object value) throws IOException {
        if (!holds) {
            throw error(name, rule, value);
        }
    }

    private MalformedWeightsException error(String name, String rule, Object value) {
        return new MalformedWeightsException(source, name, rule, "was " + value);
    }
}
