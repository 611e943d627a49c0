package io.ssld.core.labels;

import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.labels.StoreIndex.SegmentFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Soft labels of views, as a {@link LabelRecorder} wrote them: for each image, named by its
 * content, and each number of a view, the likeliest classes and their log-probabilities.
 *
 * <p>Opening checks everything but the labels; each image's labels are checked when they are first
 * read, against their checksum and for being labels at all. A damaged store is refused with the
 * name of the file, and what is damaged is never used. The files are mapped into memory, so a store
 * may be larger than that, and serves any number of threads. Nothing needs to be closed.
 * docs/label-store tells the bytes.
 */
public final class SoftLabelStore {

    private final Path folder;
    private final StoreIndex index;
    private final List<SegmentFile> segments = new ArrayList<>();

    /** The images' digests, ascending as unsigned numbers, with the sign bit turned over. */
    private final long[] digests;

    /** The first image of each segment among all. */
    private final int[] starts;

    private SoftLabelStore(Path folder, StoreIndex index) throws IOException {
        this.folder = folder;
        this.index = index;
        starts = new int[index.segments().size()];
        int images = 0;
        for (SegmentFacts facts : index.segments()) {
            SegmentFile segment = SegmentFile.open(folder, index.header(), facts.number());
            if (segment.images() != facts.images() || !segment.sha256().equals(facts.sha256())) {
                throw new LabelStoreException(
                        folder.resolve(SegmentFile.name(facts.number())),
                        "be the segment that " + StoreIndex.STORE + " tells of",
                        "it is another one or damaged; restore it or record it again");
            }
            starts[segments.size()] = images;
            segments.add(segment);
            images = Math.addExact(images, segment.images());
        }
        digests = new long[images];
        readDigests();
    }

    private void readDigests() throws LabelStoreException {
        int at = 0;
        for (int s = 0; s < segments.size(); s++) {
            for (int i = 0; i < segments.get(s).images(); i++) {
                digests[at] = segments.get(s).digest(i) ^ Long.MIN_VALUE;
                if (at > 0 && digests[at] <= digests[at - 1]) {
                    throw new LabelStoreException(
                            folder.resolve(SegmentFile.name(index.segments().get(s).number())),
                            "hold its images in ascending order",
                            "it does not; record it again");
                }
                at++;
            }
        }
    }

    /**
     * Opens a store.
     *
     * @param folder where it was recorded or merged
     * @return the store
     * @throws LabelStoreException if it is not whole, damaged or of another version; the message
     *     names the file
     * @throws IOException if it cannot be read
     */
    public static SoftLabelStore open(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        Path file = folder.resolve(StoreIndex.STORE);
        if (!Files.exists(file)) {
            throw new LabelStoreException(
                    folder,
                    "be whole",
                    Files.exists(folder.resolve(StoreIndex.RECORDING))
                            ? "its recording has not ended; go on with it"
                            : "there is no " + StoreIndex.STORE + " in it; check the path");
        }
        return new SoftLabelStore(folder, StoreIndex.read(file));
    }

    /**
     * Returns where the store is.
     *
     * @return its folder
     */
    public Path folder() {
        return folder;
    }

    /**
     * Returns what the labels are of.
     *
     * @return the header
     */
    public LabelStoreHeader header() {
        return index.header();
    }

    /**
     * Returns which share of a recording this is.
     *
     * @return {@code i/n}, {@code 1/1} for all of it
     */
    public String shard() {
        return index.shard();
    }

    /**
     * Returns whether this is all of a recording and not a share of it.
     *
     * @return whether images without labels are none of the recording
     */
    public boolean isWhole() {
        return index.shard().equals(StoreIndex.WHOLE);
    }

    List<SegmentFacts> segments() {
        return index.segments();
    }

    /** The file of the segment at a place in {@link #segments}. */
    SegmentFile segment(int place) {
        return segments.get(place);
    }

    /**
     * Returns how many images have labels.
     *
     * @return the number of different contents
     */
    public int size() {
        return digests.length;
    }

    /**
     * Returns the images that could not be labelled.
     *
     * @return with the paths of the list that was recorded
     */
    public List<QuarantinedImage> quarantined() {
        return index.quarantined();
    }

    /**
     * Identifies every label in this store.
     *
     * @return SHA-256 over header and segments as 64 hexadecimal digits
     */
    public String digest() {
        return index.checksum();
    }

    /**
     * Returns everything that a {@link LabelStoreWriter} needs besides the labels to write this
     * store again.
     *
     * @return the manifest
     * @throws IOException if a segment's notes cannot be read
     */
    public LabelStoreManifest manifest() throws IOException {
        List<LabelStoreManifest.Segment> parts = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            parts.add(
                    new LabelStoreManifest.Segment(
                            index.segments().get(i).number(),
                            segments.get(i).images(),
                            segments.get(i).quarantined()));
        }
        return new LabelStoreManifest(header(), shard(), parts, quarantined(), digest());
    }

    /**
     * Returns the images that have labels, in ascending order as unsigned numbers.
     *
     * @return their digests: the first eight bytes of each file's SHA-256, big-endian
     */
    public long[] images() {
        long[] plain = digests.clone();
        for (int i = 0; i < plain.length; i++) {
            plain[i] ^= Long.MIN_VALUE;
        }
        return plain;
    }

    /**
     * Tells whether an image has labels.
     *
     * @param digest of the image's file
     * @return whether there are labels for all of its views
     */
    public boolean contains(long digest) {
        return find(digest) >= 0;
    }

    /**
     * Reads the label of a view.
     *
     * @param digest of the image's file
     * @param view which view, 0 to the header's {@code viewCount} - 1
     * @return the label
     * @throws IllegalArgumentException if the image has no labels, or the view is none of the store
     * @throws UncheckedIOException if the segment is damaged, with a {@link LabelStoreException}
     */
    public StoredLabel read(long digest, int view) {
        int image = require(digest);
        SegmentFile segment = segments.get(segmentOf(image));
        return header().format().read(segment.bytes(), recordOf(image, view));
    }

    /**
     * Writes the log-probabilities of all classes for a view.
     *
     * @param digest of the image's file
     * @param view which view, 0 to the header's {@code viewCount} - 1
     * @param tail what the classes get that the label does not name
     * @param out takes C numbers
     * @param to where the first goes
     * @throws IllegalArgumentException if the image has no labels, or the view is none of the store
     * @throws UncheckedIOException if the segment is damaged, with a {@link LabelStoreException}
     */
    public void readAll(long digest, int view, TailPolicy tail, float[] out, int to) {
        Objects.requireNonNull(tail, "tail");
        Objects.requireNonNull(out, "out");
        int image = require(digest);
        SegmentFile segment = segments.get(segmentOf(image));
        header().format().dense(segment.bytes(), recordOf(image, view), tail, out, to);
    }

    private int require(long digest) {
        int image = find(digest);
        if (image < 0) {
            throw new IllegalArgumentException(
                    "image must have labels in "
                            + folder
                            + ", but "
                            + Long.toHexString(digest)
                            + " has none; record it");
        }
        return image;
    }

    private int find(long digest) {
        return Arrays.binarySearch(digests, digest ^ Long.MIN_VALUE);
    }

    private int segmentOf(int image) {
        int found = Arrays.binarySearch(starts, image);
        if (found < 0) {
            return -found - 2;
        }
        // Empty segments start where the next one does.
        while (found + 1 < starts.length && starts[found + 1] == image) {
            found++;
        }
        return found;
    }

    private int recordOf(int image, int view) {
        if (view < 0 || view >= header().viewCount()) {
            throw new IllegalArgumentException(
                    "view must be in 0.."
                            + (header().viewCount() - 1)
                            + ", the views of "
                            + folder
                            + ", but was "
                            + view);
        }
        int segment = segmentOf(image);
        try {
            return segments.get(segment).record(image - starts[segment], view);
        } catch (LabelStoreException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads every byte of the store, compares with its checksums, and checks every label.
     *
     * @throws LabelStoreException naming the first segment that is damaged, or holds what is no
     *     label, with image and view
     */
    public void verify() throws LabelStoreException {
        for (SegmentFile segment : segments) {
            segment.verify();
        }
        for (int i = 0; i < digests.length; i++) {
            int segment = segmentOf(i);
            segments.get(segment).record(i - starts[segment], 0);
        }
    }
}
