package io.ssld.core.checkpoint.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.Digests;
import io.ssld.core.checkpoint.CheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Arrays by name and a text, in one file that tells whether it is whole.
 *
 * <p>The file is a safetensors file, so that other tools can look into a checkpoint: eight bytes of
 * header length, the header in JSON, the data, all little-endian. Its {@code __metadata__} holds
 * the text as {@code state}, the {@code format}, and as {@code sha256} the SHA-256 of the header,
 * with that digest written as zeros, and the data. A changed bit anywhere is found on opening.
 */
final class TensorFile implements CheckpointFolder.TensorSource {

    private static final String FORMAT = "ssld-checkpoint-1";
    private static final String METADATA = "__metadata__";
    private static final String NO_DIGEST = "0".repeat(64);
    private static final int LENGTH_BYTES = 8;
    private static final int MAX_HEADER_BYTES = 1 << 28;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final NDIndex ALL = new NDIndex("...");

    /** The names of safetensors for the types that networks and optimisers have. */
    private static final Map<DataType, String> TYPES =
            Map.of(
                    DataType.FLOAT64, "F64",
                    DataType.FLOAT32, "F32",
                    DataType.FLOAT16, "F16",
                    DataType.INT64, "I64",
                    DataType.INT32, "I32",
                    DataType.INT8, "I8",
                    DataType.UINT8, "U8",
                    DataType.BOOLEAN, "BOOL");

    private final Path file;
    private final String state;
    private final long dataStart;
    private final Map<String, Entry> entries;

    private TensorFile(Path file, String state, long dataStart, Map<String, Entry> entries) {
        this.file = file;
        this.state = state;
        this.dataStart = dataStart;
        this.entries = entries;
    }

    /** Where an array lies in the data. */
    private record Entry(String type, Shape shape, long start, long end) {

        int bytes() {
            return Math.toIntExact(end - start);
        }
    }

    /**
     * Writes a file, not atomically: the caller writes beside and moves.
     *
     * @param out an empty file, open for writing
     * @param state the text
     * @param arrays the arrays, in order
     */
    static void write(FileChannel out, String state, Map<String, NDArray> arrays)
            throws IOException {
        byte[] header = header(state, arrays, NO_DIGEST);
        MessageDigest sha = Digests.sha256();
        sha.update(header);
        AtomicFiles.append(out, length(header));
        AtomicFiles.append(out, ByteBuffer.wrap(header));
        for (NDArray array : arrays.values()) {
            ByteBuffer bytes = array.toByteBuffer();
            sha.update(bytes.duplicate());
            AtomicFiles.append(out, bytes);
        }
        byte[] signed = header(state, arrays, HexFormat.of().formatHex(sha.digest()));
        out.position(LENGTH_BYTES);
        AtomicFiles.append(out, ByteBuffer.wrap(signed));
    }

    private static byte[] header(String state, Map<String, NDArray> arrays, String digest) {
        JsonObject metadata = new JsonObject();
        metadata.addProperty("format", FORMAT);
        metadata.addProperty("sha256", digest);
        metadata.addProperty("state", state);
        JsonObject header = new JsonObject();
        header.add(METADATA, metadata);
        long at = 0;
        for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
            NDArray array = named.getValue();
            String type = TYPES.get(array.getDataType());
            if (type == null) {
                throw new IllegalArgumentException(
                        "array "
                                + named.getKey()
                                + " must be of a type among "
                                + TYPES.keySet()
                                + ", but was "
                                + array.getDataType());
            }
            long bytes = array.size() * array.getDataType().getNumOfBytes();
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", type);
            entry.add("shape", new Gson().toJsonTree(array.getShape().getShape()));
            entry.add("data_offsets", new Gson().toJsonTree(new long[] {at, at + bytes}));
            header.add(named.getKey(), entry);
            at += bytes;
        }
        String json = header.toString();
        byte[] plain = json.getBytes(StandardCharsets.UTF_8);
        // Spaces up to a multiple of eight, as the format wants it.
        String padding = " ".repeat((LENGTH_BYTES - plain.length % LENGTH_BYTES) % LENGTH_BYTES);
        return (json + padding).getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer length(byte[] header) {
        return ByteBuffer.allocate(LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .flip();
    }

    /**
     * Opens a file after checking every bit of it.
     *
     * @param file the file
     * @return the file's text and where its arrays lie
     * @throws CheckpointException if it is cut off, damaged, or something else
     */
    static TensorFile open(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            String header = readHeader(file, in);
            JsonObject json = JsonParser.parseString(header).getAsJsonObject();
            JsonObject metadata = json.remove(METADATA).getAsJsonObject();
            String format = metadata.get("format").getAsString();
            if (!format.equals(FORMAT)) {
                throw new CheckpointException(file, "be of format " + FORMAT, "was of " + format);
            }
            requireIntact(file, in, header, metadata.get("sha256").getAsString());
            return new TensorFile(
                    file, metadata.get("state").getAsString(), in.position(), entries(json));
        } catch (EOFException e) {
            throw new CheckpointException(file, "be whole", "is cut off", e);
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | NumberFormatException e) {
            throw new CheckpointException(file, "be a checkpoint", "its header is not one", e);
        }
    }

    private static String readHeader(Path file, FileChannel in) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(in, head);
        long length = head.getLong();
        if (length < 2 || length > MAX_HEADER_BYTES || length > in.size() - LENGTH_BYTES) {
            throw new CheckpointException(
                    file, "be whole", "its header would have " + length + " bytes");
        }
        ByteBuffer text = ByteBuffer.allocate((int) length);
        readFully(in, text);
        return new String(text.array(), StandardCharsets.UTF_8);
    }

    /** Leaves the channel where the data starts. */
    private static void requireIntact(Path file, FileChannel in, String header, String digest)
            throws IOException {
        MessageDigest sha = Digests.sha256();
        sha.update(header.replace(digest, NO_DIGEST).getBytes(StandardCharsets.UTF_8));
        long start = in.position();
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        while (in.read(chunk) >= 0) {
            sha.update(chunk.flip());
            chunk.clear();
        }
        if (!HexFormat.of().formatHex(sha.digest()).equals(digest)) {
            throw new CheckpointException(
                    file, "be intact", "its bytes do not match its checksum; it is cut or damaged");
        }
        in.position(start);
    }

    private static Map<String, Entry> entries(JsonObject json) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> named : json.entrySet()) {
            JsonObject entry = named.getValue().getAsJsonObject();
            long[] shape = new Gson().fromJson(entry.get("shape"), long[].class);
            long[] place = new Gson().fromJson(entry.get("data_offsets"), long[].class);
            entries.put(
                    named.getKey(),
                    new Entry(
                            entry.get("dtype").getAsString(),
                            new Shape(shape),
                            place[0],
                            place[1]));
        }
        return Collections.unmodifiableMap(entries);
    }

    private static void readFully(FileChannel in, ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            if (in.read(out) < 0) {
                throw new EOFException();
            }
        }
        out.flip();
    }

    /** The text. */
    String state() {
        return state;
    }

    /**
     * Copies the file's values into arrays of the same names, types and shapes, in place.
     *
     * @param arrays all arrays of the file, no more and no less
     * @param manager the owner of temporaries, to be closed by the caller soon
     * @throws CheckpointException if names, types or shapes differ; nothing is copied then
     */
    @Override
    public void copyInto(Map<String, NDArray> arrays, NDManager manager) throws IOException {
        requireSame(arrays);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
                // There, as was just checked.
                Entry entry = Objects.requireNonNull(entries.get(named.getKey()));
                ByteBuffer bytes =
                        ByteBuffer.allocateDirect(entry.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                in.position(dataStart + entry.start());
                readFully(in, bytes);
                NDArray target = named.getValue();
                if (target.isEmpty()) {
                    continue;
                }
                try (NDArray source =
                        manager.create(bytes, target.getShape(), target.getDataType())) {
                    target.set(ALL, source.toDevice(target.getDevice(), false));
                }
            }
        } catch (EOFException e) {
            throw new CheckpointException(file, "be whole", "is cut off", e);
        }
    }

    @Override
    public byte[] bytes(String name) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new CheckpointException(
                    file,
                    "hold " + name,
                    "has no such array; resume with the networks and recipe it was made with");
        }
        ByteBuffer bytes = ByteBuffer.allocate(entry.bytes());
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            in.position(dataStart + entry.start());
            readFully(in, bytes);
        } catch (EOFException e) {
            throw new CheckpointException(file, "be whole", "is cut off", e);
        }
        return bytes.array();
    }

    private void requireSame(Map<String, NDArray> arrays) throws CheckpointException {
        for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
            Entry entry = entries.get(named.getKey());
            NDArray array = named.getValue();
            String wanted = TYPES.get(array.getDataType()) + " " + array.getShape();
            String found = entry == null ? "no such array" : entry.type() + " " + entry.shape();
            if (!found.equals(wanted)) {
                throw new CheckpointException(
                        file,
                        "hold " + named.getKey() + " as " + wanted,
                        "has " + found + "; resume with the networks and recipe it was made with");
            }
        }
        for (String name : entries.keySet()) {
            if (!arrays.containsKey(name)) {
                throw new CheckpointException(
                        file,
                        "hold nothing but this run's arrays",
                        "has "
                                + name
                                + " too; resume with the networks and recipe it was made with");
            }
        }
    }
}
