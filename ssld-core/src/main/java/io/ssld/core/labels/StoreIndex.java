package io.ssld.core.labels;

import io.ssld.base.internal.Digests;
import io.ssld.base.internal.Json;
import io.ssld.core.data.QuarantinedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The file {@code store.json}, written last: its presence says that a recording is whole. While it
 * goes on, {@code recording.json} says the same without segments.
 *
 * @param format what this is
 * @param version of the format
 * @param header what the labels are of
 * @param shard which share of the segments was recorded, {@code i/n}; {@code 1/1} for all
 * @param segments the segments in order
 * @param quarantined the images that could not be used, by path
 * @param checksum SHA-256 of this file with an empty text in this place
 */
record StoreIndex(
        String format,
        int version,
        LabelStoreHeader header,
        String shard,
        List<SegmentFacts> segments,
        List<QuarantinedImage> quarantined,
        String checksum) {

    static final String STORE = "store.json";
    static final String RECORDING = "recording.json";
    static final String WHOLE = "1/1";
    static final int VERSION = 1;

    static final String FORMAT = "ssld-labels";

    /** A file of this size is not read to the end. */
    private static final long MOST_BYTES = 1L << 28;

    /**
     * What is known of a segment.
     *
     * @param number from 0
     * @param images how many it holds
     * @param sha256 over all of it but the checksum at its end, which is this
     */
    record SegmentFacts(int number, int images, String sha256) {

        SegmentFacts {
            Objects.requireNonNull(sha256, "sha256");
            if (number < 0 || images < 0) {
                throw new IllegalArgumentException(
                        "number and images of a segment must be from 0, but were "
                                + number
                                + " and "
                                + images);
            }
        }
    }

    /** The start of the file, which is the same in every version. */
    private record Stamp(String format, int version) {}

    StoreIndex {
        segments = List.copyOf(segments);
        quarantined = List.copyOf(quarantined);
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(checksum, "checksum");
    }

    static StoreIndex of(
            LabelStoreHeader header,
            String shard,
            List<SegmentFacts> segments,
            List<QuarantinedImage> quarantined) {
        StoreIndex open = new StoreIndex(FORMAT, VERSION, header, shard, segments, quarantined, "");
        return open.with(open.digest());
    }

    /** What went wrong at the bottom; JSON readers wrap it in what they were doing. */
    private static String root(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    }

    private StoreIndex with(String sum) {
        return new StoreIndex(format, version, header, shard, segments, quarantined, sum);
    }

    private String digest() {
        byte[] text = Json.toString(with("")).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Digests.sha256().digest(text));
    }

    void write(Path file) throws IOException {
        Json.write(file, this);
    }

    /**
     * Reads and checks the file.
     *
     * @throws LabelStoreException if it is no such file, of another version, or damaged
     */
    static StoreIndex read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new LabelStoreException(
                    file, "have at most " + MOST_BYTES + " bytes", "has " + Files.size(file));
        }
        byte[] bytes = Files.readAllBytes(file);
        StoreIndex index;
        try {
            String text = new String(bytes, StandardCharsets.UTF_8);
            Stamp stamp = Json.parse(text, Stamp.class, file.toString());
            if (!FORMAT.equals(stamp.format()) || stamp.version() != VERSION) {
                throw new LabelStoreException(
                        file,
                        "be " + FORMAT + " of version " + VERSION,
                        "was " + stamp.format() + " of version " + stamp.version());
            }
            index = Json.parse(text, StoreIndex.class, file.toString());
        } catch (LabelStoreException e) {
            throw e;
        } catch (IOException | StackOverflowError e) {
            throw new LabelStoreException(
                    file, "be the JSON of a label store", "cannot be read: " + root(e), e);
        }
        // The text itself and not only what was understood of it: every byte counts.
        byte[] again = (Json.toString(index) + "\n").getBytes(StandardCharsets.UTF_8);
        if (!index.digest().equals(index.checksum()) || !Arrays.equals(again, bytes)) {
            throw new LabelStoreException(
                    file,
                    "have the checksum that it tells",
                    "it was changed or damaged; restore or record it again");
        }
        return index;
    }
}
