package io.ssld.selection.duplicates;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of images by the content of their files, in one file that only grows.
 *
 * <p>After a header follow records of one length: SHA-256 of the file and of the pixels, a byte a
 * number of the vectors, a checksum. A killed run leaves whole records and at most part of one,
 * which the next run cuts off; a damaged record is computed again. One process at a time.
 *
 * <p>Without a file it remembers nothing. Threads may share a cache.
 */
final class DescriptorCache implements AutoCloseable {

    private static final String MAGIC = "ssld-descriptors-1";
    private static final int DIGEST = 32;
    private static final int HEADER = 256;

    private final @Nullable FileChannel channel;
    private final String name;
    private final int views;
    private final Path file;
    private final Map<String, Long> places = new HashMap<>();
    private int length;

    private DescriptorCache(Path file, @Nullable FileChannel channel, String name, int views) {
        this.file = file;
        this.channel = channel;
        this.name = name;
        this.views = views;
    }

    /** Vectors as they are kept: {@code 2 * views} of them, the plain ones first. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Entry(String digest, String pixelDigest, byte[][] vectors) {

        static Entry of(String digest, String pixelDigest, Views views) {
            int count = views.plain().length;
            byte[][] vectors = new byte[2 * count][];
            for (int i = 0; i < count; i++) {
                vectors[i] = Vectors.quantize(views.plain()[i]);
                vectors[count + i] = Vectors.quantize(views.mirrored()[i]);
            }
            return new Entry(digest, pixelDigest, vectors);
        }

        Views views() {
            float[][] all = Arrays.stream(vectors).map(Vectors::unit).toArray(float[][]::new);
            int count = all.length / 2;
            return new Views(Arrays.copyOf(all, count), Arrays.copyOfRange(all, count, all.length));
        }
    }

    /** The cache, not an image, cannot be read or written: the search ends. */
    static final class CacheException extends IOException {

        private static final long serialVersionUID = 1;

        CacheException(String message, IOException cause) {
            super(message, cause);
        }
    }

    static DescriptorCache none() {
        return new DescriptorCache(Path.of("none"), null, "", 0);
    }

    /**
     * Opens a cache, or starts it.
     *
     * @param name the descriptor's name; vectors of another are refused
     * @param views how many vectors an image has
     * @throws IOException if the file is in use, or is no cache of this descriptor
     */
    static DescriptorCache open(Path file, String name, int views) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            if (!lock(channel)) {
                throw new IOException("cache must not be in use, but another run writes " + file);
            }
            DescriptorCache cache = new DescriptorCache(file, channel, name, views);
            cache.readAll(channel);
            return cache;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Makes sure that a file is a cache, whole or not begun, and no process writes it. */
    static void requireCache(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (!lock(channel)) {
                throw new IOException("cache must not be in use, but another run writes " + file);
            }
            requireBegun(file, channel);
        }
    }

    /** What begins otherwise than a cache is somebody else's. */
    private static void requireBegun(Path file, FileChannel channel) throws IOException {
        ByteBuffer begin = ByteBuffer.allocate((int) Math.min(channel.size(), MAGIC.length()));
        readFully(channel, begin, 0);
        if (!MAGIC.startsWith(new String(begin.array(), StandardCharsets.UTF_8))) {
            throw new IOException(
                    "cache must hold descriptors, but was %s; move it away or name another file"
                            .formatted(file));
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this JVM
        }
    }

    private void readAll(FileChannel open) throws IOException {
        if (open.size() < HEADER) {
            requireBegun(file, open);
            open.truncate(0);
            return;
        }
        byte[] header = new byte[HEADER];
        readFully(open, ByteBuffer.wrap(header), 0);
        List<String> fields = new String(header, StandardCharsets.UTF_8).lines().toList();
        if (fields.size() < 4 || !fields.get(0).equals(MAGIC)) {
            throw new IOException("cache must hold descriptors, but was " + file);
        }
        if (!fields.get(1).equals(name) || !fields.get(2).equals(Integer.toString(views))) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "cache must hold %d vectors an image of %s, but %s holds %s of %s; name"
                                    + " another file",
                            views,
                            name,
                            file,
                            fields.get(2),
                            fields.get(1)));
        }
        length = Integer.parseInt(fields.get(3));
        long whole = (open.size() - HEADER) / recordBytes();
        open.truncate(HEADER + whole * recordBytes());
        byte[] digest = new byte[DIGEST];
        for (long i = 0; i < whole; i++) {
            long place = HEADER + i * recordBytes();
            readFully(open, ByteBuffer.wrap(digest), place);
            places.put(HexFormat.of().formatHex(digest), place);
        }
    }

    private int recordBytes() {
        return 2 * DIGEST + 2 * views * length + Integer.BYTES;
    }

    synchronized int size() {
        return places.size();
    }

    synchronized @Nullable Entry get(String digest) throws CacheException {
        try {
            return find(digest);
        } catch (IOException e) {
            throw new CacheException("cache must be readable, but " + file + " was not: " + e, e);
        }
    }

    private @Nullable Entry find(String digest) throws IOException {
        Long place = places.get(digest);
        if (place == null || channel == null) {
            return null;
        }
        byte[] record = new byte[recordBytes()];
        readFully(channel, ByteBuffer.wrap(record), place);
        int end = record.length - Integer.BYTES;
        if (checksum(record, end) != ByteBuffer.wrap(record).getInt(end)) {
            return null;
        }
        byte[][] vectors = new byte[2 * views][];
        for (int i = 0; i < vectors.length; i++) {
            int from = 2 * DIGEST + i * length;
            vectors[i] = Arrays.copyOfRange(record, from, from + length);
        }
        return new Entry(digest, HexFormat.of().formatHex(record, DIGEST, 2 * DIGEST), vectors);
    }

    synchronized void put(Entry entry) throws CacheException {
        try {
            append(entry);
        } catch (IOException e) {
            throw new CacheException("cache must be writable, but " + file + " was not: " + e, e);
        }
    }

    private void append(Entry entry) throws IOException {
        if (channel == null) {
            return;
        }
        if (length == 0) {
            length = entry.vectors[0].length;
            byte[] header = new byte[HEADER];
            byte[] text =
                    String.join("\n", MAGIC, name, "" + views, "" + length, "")
                            .getBytes(StandardCharsets.UTF_8);
            if (text.length > HEADER) {
                throw new IllegalArgumentException(
                        "name must be short, but was " + name.length() + " characters");
            }
            System.arraycopy(text, 0, header, 0, text.length);
            writeFully(ByteBuffer.wrap(header), 0);
        }
        ByteBuffer record = ByteBuffer.allocate(recordBytes());
        record.put(HexFormat.of().parseHex(entry.digest));
        record.put(HexFormat.of().parseHex(entry.pixelDigest));
        for (byte[] vector : entry.vectors) {
            if (vector.length != length) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "vectors must have one length, %d, but had %d",
                                length,
                                vector.length));
            }
            record.put(vector);
        }
        record.putInt(checksum(record.array(), record.position()));
        long place = channel.size();
        writeFully(record.flip(), place);
        places.put(entry.digest, place);
    }

    static int checksum(byte[] bytes, int count) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, count);
        return (int) crc.getValue();
    }

    static void readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, at + into.position()) < 0) {
                throw new IOException("cache ended too early");
            }
        }
    }

    private void writeFully(ByteBuffer from, long at) throws IOException {
        FileChannel open = java.util.Objects.requireNonNull(channel);
        while (from.hasRemaining()) {
            open.write(from, at + from.position());
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
