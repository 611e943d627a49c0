package io.ssld.weights;

import ai.djl.ndarray.NDArray;
import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.Digests;
import io.ssld.base.internal.Names;
import io.ssld.weights.SafetensorsHeader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file that tells whether it is whole, and whose tensors are read one at a time: what
 * checkpoints are kept in. {@link Safetensors} reads it too, as any other.
 *
 * <p>Its notes hold as {@code sha256} the SHA-256 of the header, with that digest written as zeros,
 * and the data. A changed bit anywhere is found on opening.
 */
public final class SafetensorsFile {

    private static final String DIGEST = "sha256";
    private static final String NO_DIGEST = "0".repeat(64);
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path file;
    private final SafetensorsHeader header;
    private final long dataStart;

    private SafetensorsFile(Path file, SafetensorsHeader header, long dataStart) {
        this.file = file;
        this.header = header;
        this.dataStart = dataStart;
    }

    /**
     * Writes a file, not atomically: the caller writes beside and moves. Memory is taken for one
     * array at a time.
     *
     * @param out an empty file, open for writing
     * @param arrays the arrays, written in order
     * @param notes for readers, but {@code sha256}, which is added
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if an array is of a type that {@link HostTensor} cannot have
     */
    public static void write(
            FileChannel out, Map<String, NDArray> arrays, Map<String, String> notes)
            throws IOException {
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(arrays, "arrays");
        Objects.requireNonNull(notes, "notes");
        Map<String, String> metadata = new TreeMap<>(notes);
        metadata.put(DIGEST, NO_DIGEST);
        ByteBuffer head = SafetensorsHeader.inOrder(arrays, metadata).encode();
        MessageDigest sha = Digests.sha256();
        sha.update(head.duplicate().position(Safetensors.LENGTH_BYTES));
        AtomicFiles.append(out, head);
        for (NDArray array : arrays.values()) {
            ByteBuffer bytes = array.toByteBuffer();
            sha.update(bytes.duplicate());
            AtomicFiles.append(out, bytes);
        }
        metadata.put(DIGEST, HexFormat.of().formatHex(sha.digest()));
        out.position(0);
        AtomicFiles.append(out, SafetensorsHeader.inOrder(arrays, metadata).encode());
    }

    /**
     * Opens a file after checking every bit of it.
     *
     * @param file the file, which must not change meanwhile
     * @return its notes, and where its tensors lie
     * @throws MalformedWeightsException if it breaks a rule of the format, is cut off or damaged,
     *     or has no digest
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile open(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            String source = file.toString();
            SafetensorsHeader header =
                    Safetensors.readHeader(Channels.newInputStream(in), source, in.size());
            long dataStart = in.size() - header.dataLength();
            requireIntact(source, in, dataStart, header.metadata().get(DIGEST));
            return new SafetensorsFile(file, header, dataStart);
        }
    }

    private static void requireIntact(
            String source, SeekableByteChannel in, long dataStart, @Nullable String digest)
            throws IOException {
        if (digest == null || !digest.matches("[0-9a-f]{64}")) {
            throw new MalformedWeightsException(
                    source, "notes", "hold a SHA-256", "hold " + digest);
        }
        in.position(Safetensors.LENGTH_BYTES);
        ByteBuffer head = ByteBuffer.allocate((int) dataStart - Safetensors.LENGTH_BYTES);
        while (head.hasRemaining() && in.read(head) >= 0) {}
        // Of one byte a character, so that no byte is changed.
        String text = new String(head.array(), StandardCharsets.ISO_8859_1);
        MessageDigest sha = Digests.sha256();
        sha.update(text.replace(digest, NO_DIGEST).getBytes(StandardCharsets.ISO_8859_1));
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        while (in.read(chunk) >= 0) {
            sha.update(chunk.flip());
            chunk.clear();
        }
        if (!HexFormat.of().formatHex(sha.digest()).equals(digest)) {
            throw new MalformedWeightsException(
                    source,
                    "file",
                    "be intact",
                    "its bytes do not match its checksum; it is cut or damaged");
        }
    }

    /**
     * Returns what the writer noted.
     *
     * @return the notes by name
     */
    public Map<String, String> notes() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Returns the names of the tensors.
     *
     * @return the names in the order of the file
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    /**
     * Says what a tensor is.
     *
     * @param name its name
     * @return type and shape, such as {@code F32 (64, 3)}; null if there is none of that name
     */
    public @Nullable String describe(String name) {
        Entry entry = header.entries().get(name);
        return entry == null ? null : entry.describe();
    }

    /**
     * Says what an array would be in such a file.
     *
     * @param array the array
     * @return type and shape, as {@link #describe(String)} says it
     */
    public static String describe(NDArray array) {
        Objects.requireNonNull(array, "array");
        return Entry.of(array.getShape(), array.getDataType(), 0).describe();
    }

    /**
     * Reads one tensor.
     *
     * @param name its name
     * @return the tensor; brain floats as float32, 16-bit integers as int32
     * @throws MalformedWeightsException if the file became shorter
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if there is none of that name
     */
    public HostTensor tensor(String name) throws IOException {
        Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new IllegalArgumentException(Names.unknown("name", name, names()));
        }
        byte[] bytes = new byte[entry.length()];
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            new FileBytes(file.toString(), in)
                    .read(dataStart + entry.begin(), bytes, 0, bytes.length);
        }
        return StoredTensors.of(entry.shape(), entry.type().stored, bytes);
    }
}
