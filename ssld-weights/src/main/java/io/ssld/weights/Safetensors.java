package io.ssld.weights;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.weights.SafetensorsHeader.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Reads and writes weights in the <a
 * href="https://github.com/huggingface/safetensors#format">safetensors</a> format: the length of
 * the header in 8 bytes, a JSON header with type, shape and place of each tensor, then the data.
 *
 * <p>Files from strangers are safe to read. They hold no code; every length is checked before
 * memory is taken for it; the data must be covered by the tensors exactly. A file that breaks a
 * rule of the format is a {@link MalformedWeightsException} naming the file, the tensor and the
 * rule.
 *
 * <p>Of the element types, floats, signed integers, unsigned bytes and booleans are read as they
 * are, brain floats as float32 and 16-bit integers as int32: every value is kept, in a type that
 * DJL can hold. A tensor must take less than 2 GiB in memory.
 */
public final class Safetensors {

    static final int LENGTH_BYTES = 8;
    private static final long UNKNOWN_SIZE = Long.MAX_VALUE;

    private Safetensors() {}

    /**
     * Reads a file.
     *
     * @param file the file
     * @return its tensors, in the order of the header
     * @throws MalformedWeightsException if the file breaks a rule of the format
     * @throws IOException if the file cannot be read
     */
    public static StateDict read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString(), Files.size(file));
        }
    }

    /**
     * Reads a stream to its end, such as a resource of the class path. The stream stays open.
     *
     * @param in the stream
     * @return its tensors, in the order of the header
     * @throws MalformedWeightsException if the stream breaks a rule of the format
     * @throws IOException if the stream cannot be read
     */
    public static StateDict read(InputStream in) throws IOException {
        Objects.requireNonNull(in, "in");
        return read(in, "safetensors stream", UNKNOWN_SIZE);
    }

    /**
     * Reads what the writer of a file noted in it, without reading its tensors.
     *
     * @param file the file
     * @return the notes, empty if there are none
     * @throws MalformedWeightsException if the header breaks a rule of the format
     * @throws IOException if the file cannot be read
     */
    public static Map<String, String> readMetadata(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (InputStream in = Files.newInputStream(file)) {
            return Map.copyOf(readHeader(in, file.toString(), Files.size(file)).metadata());
        }
    }

    /**
     * Writes a file; equal arguments give equal bytes. The file is written beside its place and
     * moved there when complete, so that a reader finds the old file or the new one, never half of
     * one.
     *
     * @param file the file, replaced if it exists
     * @param state the tensors
     * @param metadata notes for readers, such as what the weights are; may be empty
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a tensor is called {@code __metadata__}
     */
    public static void write(Path file, StateDict state, Map<String, String> metadata)
            throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(metadata, "metadata");
        SafetensorsHeader header = SafetensorsHeader.of(state, metadata);
        AtomicFiles.writeChannel(
                file,
                out -> {
                    AtomicFiles.append(out, header.encode());
                    for (Map.Entry<String, Entry> next : header.byPosition()) {
                        AtomicFiles.append(out, state.tensor(next.getKey()).bytes());
                    }
                });
    }

    private static StateDict read(InputStream in, String source, long size) throws IOException {
        Objects.requireNonNull(in, "in");
        SafetensorsHeader header = readHeader(in, source, size);
        return Memory.reading(source, header.dataLength(), () -> readData(in, source, header));
    }

    private static StateDict readData(InputStream in, String source, SafetensorsHeader header)
            throws IOException {
        Map<String, HostTensor> tensors = new HashMap<>();
        for (Map.Entry<String, Entry> next : header.byPosition()) {
            String what = "tensor '" + next.getKey() + "'";
            tensors.put(next.getKey(), readTensor(in, source, what, next.getValue()));
        }
        if (in.read() != -1) {
            throw new MalformedWeightsException(
                    source, "data", "end with its last tensor", "went on");
        }
        Map<String, HostTensor> ordered = new LinkedHashMap<>();
        header.entries().keySet().forEach(name -> ordered.put(name, tensors.get(name)));
        return StateDict.of(ordered);
    }

    /** Reads a header, and no byte more. */
    static SafetensorsHeader readHeader(InputStream in, String source, long size)
            throws IOException {
        byte[] prefix = in.readNBytes(LENGTH_BYTES);
        if (prefix.length < LENGTH_BYTES) {
            throw new MalformedWeightsException(
                    source,
                    "file",
                    "begin with the 8 bytes of its header length",
                    "had " + prefix.length);
        }
        long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long limit = Math.min(SafetensorsHeader.MAX_LENGTH, size - LENGTH_BYTES);
        if (length < 0 || length > limit) {
            throw new MalformedWeightsException(
                    source,
                    "header length",
                    "be at most " + limit + " bytes",
                    "was " + Long.toUnsignedString(length));
        }
        // A stream may end early. This method takes memory as the bytes come, not as announced.
        byte[] json = in.readNBytes((int) length);
        requireLength(source, "header", json, length);
        SafetensorsHeader header = SafetensorsHeaderParser.parse(source, json);
        long dataLength = size - LENGTH_BYTES - length;
        if (size != UNKNOWN_SIZE && dataLength != header.dataLength()) {
            throw new MalformedWeightsException(
                    source,
                    "data",
                    "have the " + header.dataLength() + " bytes of its tensors",
                    "had " + dataLength);
        }
        return header;
    }

    private static HostTensor readTensor(InputStream in, String source, String what, Entry entry)
            throws IOException {
        byte[] bytes = in.readNBytes(entry.length());
        requireLength(source, what, bytes, entry.length());
        try {
            return StoredTensors.of(entry.shape(), entry.type().stored, bytes);
        } catch (IllegalArgumentException e) {
            throw MalformedWeightsException.of(source, what, e);
        }
    }

    private static void requireLength(String source, String what, byte[] bytes, long expected)
            throws MalformedWeightsException {
        if (bytes.length < expected) {
            throw new MalformedWeightsException(
                    source, what, "have " + expected + " bytes", "ended after " + bytes.length);
        }
    }
}
