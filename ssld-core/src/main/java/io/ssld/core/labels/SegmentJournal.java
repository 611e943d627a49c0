package io.ssld.core.labels;

import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.report.Json;
import io.ssld.kernels.internal.Shielded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A segment while it is recorded: groups of images, appended to a file as they come, each with its
 * checksum. When the segment is full it is written as a {@link SegmentFile} and the journal goes.
 *
 * <p>Whatever stands behind the last undamaged group, as a kill leaves it, is cut off and done
 * again.
 */
final class SegmentJournal implements AutoCloseable {

    /** Number of the group, images, bytes of the notes; and behind them the checksum. */
    private static final int ENTRY_HEAD = 3 * Integer.BYTES;

    private static final int HEAD = 2 * Long.BYTES;

    private final Path file;
    private final LabelStoreHeader header;
    private final int number;
    private final FileChannel channel;
    private final List<Long> digests = new ArrayList<>();
    private final List<byte[]> blocks = new ArrayList<>();
    private final List<QuarantinedImage> quarantined = new ArrayList<>();
    private int groups;

    private SegmentJournal(Path file, LabelStoreHeader header, int number, FileChannel channel) {
        this.file = file;
        this.header = header;
        this.number = number;
        this.channel = channel;
    }

    /** The end of a journal's name. */
    static final String SUFFIX = ".journal";

    static String name(int number) {
        return SegmentFile.name(number).replace(SegmentFile.SUFFIX, SUFFIX);
    }

    /** The name of the sealed segment that a journal becomes. */
    static String segmentOf(String name) {
        return name.replace(SUFFIX, SegmentFile.SUFFIX);
    }

    /** Goes on with what a journal holds, or begins one. */
    static SegmentJournal open(Path folder, LabelStoreHeader header, int number)
            throws IOException {
        Path file = folder.resolve(name(number));
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            SegmentJournal journal = new SegmentJournal(file, header, number, channel);
            journal.recover();
            return journal;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private void recover() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer head = little(HEAD).put(header.identity()).putInt(number).putInt(0).flip();
        if (bytes.limit() < HEAD || !bytes.slice(0, HEAD).equals(head)) {
            channel.truncate(0);
            channel.write(head);
            return;
        }
        int end = HEAD;
        for (int length = entry(bytes, end); length > 0; length = entry(bytes, end)) {
            end += length;
        }
        channel.truncate(end);
        channel.position(end);
    }

    /** Takes the group that begins there; returns its length, or 0 if there is no whole one. */
    private int entry(ByteBuffer bytes, int at) throws IOException {
        int left = bytes.limit() - at;
        if (left < ENTRY_HEAD + Integer.BYTES) {
            return 0;
        }
        int images = bytes.getInt(at + Integer.BYTES);
        int notes = bytes.getInt(at + 2 * Integer.BYTES);
        int image = Long.BYTES + header.blockBytes();
        long length = ENTRY_HEAD + (long) images * image + notes;
        if (bytes.getInt(at) != groups
                || images < 0
                || notes < 0
                || length + Integer.BYTES > left) {
            return 0;
        }
        int end = at + (int) length;
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at, (int) length));
        if ((int) crc.getValue() != bytes.getInt(end)) {
            return 0;
        }
        for (int i = 0; i < images; i++) {
            int from = at + ENTRY_HEAD + i * image;
            digests.add(Long.reverseBytes(bytes.getLong(from)));
            byte[] block = new byte[header.blockBytes()];
            bytes.get(from + Long.BYTES, block);
            blocks.add(block);
        }
        byte[] encoded = new byte[notes];
        bytes.get(end - notes, encoded);
        String text = new String(encoded, StandardCharsets.UTF_8);
        quarantined.addAll(
                Json.parse(text, SegmentFile.Notes.class, file.toString()).quarantined());
        groups++;
        return (int) length + Integer.BYTES;
    }

    private Path folder() {
        return Objects.requireNonNull(file.getParent(), "a journal lies in a store");
    }

    /** How many groups are in. */
    int groups() {
        return groups;
    }

    /** How many images of these have labels. */
    int images() {
        return digests.size();
    }

    /** How many images of these could not be used. */
    int unusable() {
        return quarantined.size();
    }

    /** Appends the next group, in one write. */
    void append(List<Long> images, List<byte[]> labels, List<QuarantinedImage> bad)
            throws IOException {
        byte[] notes = Json.toString(new SegmentFile.Notes(bad)).getBytes(StandardCharsets.UTF_8);
        int image = Long.BYTES + header.blockBytes();
        ByteBuffer entry =
                little(ENTRY_HEAD + images.size() * image + notes.length + Integer.BYTES);
        entry.putInt(groups).putInt(images.size()).putInt(notes.length);
        for (int i = 0; i < images.size(); i++) {
            entry.putLong(Long.reverseBytes(images.get(i))).put(labels.get(i));
        }
        entry.put(notes);
        CRC32C crc = new CRC32C();
        crc.update(entry.duplicate().flip());
        entry.putInt((int) crc.getValue()).flip();
        Shielded.run(
                () -> {
                    while (entry.hasRemaining()) {
                        channel.write(entry);
                    }
                });
        digests.addAll(images);
        blocks.addAll(labels);
        quarantined.addAll(bad);
        groups++;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes the sealed segment, and then deletes the journal. */
    void seal() throws IOException {
        long[] names = digests.stream().mapToLong(Long::longValue).toArray();
        SegmentFile.write(folder(), header, number, names, blocks, quarantined);
        close();
        Files.delete(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
