package io.ssld.core.labels;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.Digests;
import io.ssld.base.internal.Json;
import io.ssld.core.data.QuarantinedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A sealed segment: the labels of consecutive images, mapped into memory.
 *
 * <pre>
 * 0            8  magic "SSLDLBLS"
 * 8            4  version, 1
 * 12           4  number of the segment
 * 16           8  identity of the recording
 * 24           4  n, the number of images
 * 28           4  b, the bytes of a block
 * 32         n*b  a block an image: its records, view by view, and the CRC-32C of digest and records
 * ...        n*8  the images' digests, ascending, big-endian
 * ...          4  m, the bytes of the notes
 * ...          m  the notes: images that could not be used, as JSON
 * ...          4  CRC-32C of all of the above but the blocks
 * ...         32  SHA-256 of all of the above
 * </pre>
 */
final class SegmentFile {

    /** The end of a segment's name. */
    static final String SUFFIX = ".bin";

    private static final byte[] MAGIC = "SSLDLBLS".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = 32;
    private static final int SHA = 32;

    private final Path file;
    private final LabelStoreHeader header;
    private final ByteBuffer bytes;
    private final int images;

    /** Blocks whose checksum was found right; threads may check one twice. */
    private final boolean[] checked;

    private SegmentFile(Path file, LabelStoreHeader header, ByteBuffer bytes, int images) {
        this.file = file;
        this.header = header;
        this.bytes = bytes;
        this.images = images;
        this.checked = new boolean[images];
    }

    /** Notes as JSON: lists of records cannot be read back without a record around them. */
    record Notes(List<QuarantinedImage> quarantined) {

        Notes {
            quarantined = List.copyOf(quarantined);
        }
    }

    /** The length of a file whose images could all be used. */
    static long length(int images, long blockBytes) {
        int notes = Json.toString(new Notes(List.of())).getBytes(StandardCharsets.UTF_8).length;
        return HEAD + images * (blockBytes + Long.BYTES) + 2 * Integer.BYTES + notes + SHA;
    }

    static String name(int number) {
        return String.format(Locale.ROOT, "segment-%06d%s", number, SUFFIX);
    }

    /** The checksum of a block over the image's digest and its records. */
    static int checksum(long digest, ByteBuffer records) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, digest));
        crc.update(records);
        return (int) crc.getValue();
    }

    /**
     * Writes a segment, whole or not at all.
     *
     * @param blocks one an image, in the order of the images
     */
    static void write(
            Path folder,
            LabelStoreHeader header,
            int number,
            long[] digests,
            List<byte[]> blocks,
            List<QuarantinedImage> quarantined)
            throws IOException {
        byte[] head = new byte[HEAD];
        little(head)
                .put(MAGIC)
                .putInt(StoreIndex.VERSION)
                .putInt(number)
                .put(header.identity())
                .putInt(digests.length)
                .putInt(header.blockBytes());
        byte[] notes = Json.toString(new Notes(quarantined)).getBytes(StandardCharsets.UTF_8);
        byte[] tail = new byte[digests.length * Long.BYTES + Integer.BYTES + notes.length];
        ByteBuffer names = little(tail);
        for (long digest : digests) {
            names.putLong(Long.reverseBytes(digest));
        }
        names.putInt(notes.length).put(notes);
        CRC32C crc = new CRC32C();
        crc.update(head);
        crc.update(tail);
        byte[] sum = new byte[Integer.BYTES];
        little(sum).putInt((int) crc.getValue());
        MessageDigest sha = Digests.sha256();
        AtomicFiles.write(
                folder.resolve(name(number)),
                out -> {
                    put(out, sha, head);
                    for (byte[] block : blocks) {
                        put(out, sha, block);
                    }
                    put(out, sha, tail);
                    put(out, sha, sum);
                    out.write(sha.digest());
                });
    }

    private static void put(OutputStream out, MessageDigest sha, byte[] bytes) throws IOException {
        out.write(bytes);
        sha.update(bytes);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Maps a segment and checks everything but its blocks, which are checked when read.
     *
     * @throws LabelStoreException if it is not the segment of that recording and number, cut off or
     *     damaged
     */
    static SegmentFile open(Path folder, LabelStoreHeader header, int number) throws IOException {
        Path file = folder.resolve(name(number));
        ByteBuffer bytes = map(file);
        if (bytes.limit() < HEAD + 2 * Integer.BYTES + SHA) {
            throw new LabelStoreException(file, "be whole", "has " + bytes.limit() + " bytes");
        }
        byte[] head = new byte[HEAD];
        bytes.get(0, head);
        ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int images = fields.getInt(24);
        if (!Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || fields.getInt(8) != StoreIndex.VERSION) {
            throw new LabelStoreException(
                    file, "be a segment of version " + StoreIndex.VERSION, "it is not one");
        }
        if (fields.getInt(12) != number
                || !Arrays.equals(Arrays.copyOfRange(head, 16, 24), header.identity())
                || fields.getInt(28) != header.blockBytes()) {
            throw new LabelStoreException(
                    file,
                    "be segment " + number + " of this recording",
                    "it is of another one; restore it or record it again");
        }
        long index = HEAD + (long) images * header.blockBytes();
        long notes = index + (long) images * Long.BYTES;
        if (images < 0
                || images > header.segmentImages()
                || notes + 2 * Integer.BYTES + SHA > bytes.limit()) {
            throw new LabelStoreException(
                    file, "hold the " + images + " images it tells", "is cut off or damaged");
        }
        int length = bytes.getInt((int) notes);
        long end = notes + Integer.BYTES + length;
        if (length < 0 || end + Integer.BYTES + SHA != bytes.limit()) {
            throw new LabelStoreException(
                    file, "have the length it tells", "is cut off or damaged");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, HEAD));
        crc.update(bytes.slice((int) index, (int) (end - index)));
        if ((int) crc.getValue() != bytes.getInt((int) end)) {
            throw damaged(file);
        }
        return new SegmentFile(file, header, bytes, images);
    }

    private static LabelStoreException damaged(Path file) {
        return new LabelStoreException(
                file,
                "have the checksums it tells",
                "it was changed or damaged; restore it or record it again");
    }

    private static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new LabelStoreException(
                        file, "be below 2 GB", "has " + channel.size() + " bytes");
            }
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return mapped.order(ByteOrder.LITTLE_ENDIAN);
        } catch (NoSuchFileException e) {
            throw new LabelStoreException(
                    file, "be there", "it is missing; restore it or record it again", e);
        }
    }

    int images() {
        return images;
    }

    /** The bytes of an image's block, undamaged ones. */
    byte[] block(int image) throws LabelStoreException {
        byte[] block = new byte[header.blockBytes()];
        bytes.get(record(image, 0), block);
        return block;
    }

    long digest(int image) {
        return Long.reverseBytes(
                bytes.getLong(HEAD + images * header.blockBytes() + image * Long.BYTES));
    }

    List<QuarantinedImage> quarantined() throws IOException {
        int at = HEAD + images * header.blockBytes() + images * Long.BYTES;
        byte[] text = new byte[bytes.getInt(at)];
        bytes.get(at + Integer.BYTES, text);
        return Json.parse(new String(text, StandardCharsets.UTF_8), Notes.class, file.toString())
                .quarantined();
    }

    /**
     * Where the record of a view begins, after its block was found undamaged and its labels
     * possible.
     *
     * @throws LabelStoreException if the block's checksum is wrong, or a label is none, with image
     *     and view
     */
    int record(int image, int view) throws LabelStoreException {
        int block = HEAD + image * header.blockBytes();
        int length = header.blockBytes() - Integer.BYTES;
        if (!checked[image]) {
            if (checksum(digest(image), bytes.slice(block, length))
                    != bytes.getInt(block + length)) {
                throw damaged(file);
            }
            for (int each = 0; each < header.viewCount(); each++) {
                requireLabel(image, each, block + each * header.format().bytes());
            }
            checked[image] = true;
        }
        return block + view * header.format().bytes();
    }

    private void requireLabel(int image, int view, int at) throws LabelStoreException {
        try {
            header.format().check(bytes, at);
        } catch (IllegalArgumentException e) {
            throw new LabelStoreException(
                    file,
                    "hold labels as docs/label-store says",
                    String.format(
                            Locale.ROOT,
                            "that of image %016x, view %d, is none: %s; record it again",
                            digest(image),
                            view,
                            e.getMessage()),
                    e);
        }
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** The SHA-256 at the end of the file. */
    String sha256() {
        byte[] sum = new byte[SHA];
        bytes.get(bytes.limit() - SHA, sum);
        return HexFormat.of().formatHex(sum);
    }

    /**
     * Reads all of the file.
     *
     * @throws LabelStoreException if its SHA-256 is not the one at its end
     */
    void verify() throws LabelStoreException {
        MessageDigest sha = Digests.sha256();
        sha.update(bytes.slice(0, bytes.limit() - SHA));
        if (!HexFormat.of().formatHex(sha.digest()).equals(sha256())) {
            throw damaged(file);
        }
    }
}
