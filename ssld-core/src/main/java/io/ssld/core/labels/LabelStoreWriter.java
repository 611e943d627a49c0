package io.ssld.core.labels;

import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.OutputFolder;
import io.ssld.core.labels.LabelStoreManifest.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a store from labels that are there already, such as those of a file of another format.
 *
 * <p>Labels come image by image, digests ascending as unsigned numbers, of each the views 0 to V -
 * 1 in order. The store is written into {@code NAME.partial} beside its place and moved there by
 * {@link #finish()}; a writer that is closed before that leaves nothing. Memory: one segment of
 * labels.
 */
public final class LabelStoreWriter implements AutoCloseable {

    private final Path target;
    private final OutputFolder folder;
    private final StoreFolder partial;
    private final LabelStoreManifest manifest;
    private final RecordFormat format;
    private final List<Long> digests = new ArrayList<>();
    private final List<byte[]> blocks = new ArrayList<>();

    /** Of {@link #image}; its position tells how many views are in. */
    private final ByteBuffer block;

    private @Nullable Long image;

    /** The image before, whose views are all in. */
    private @Nullable Long last;

    private int segment;
    private int images;
    private boolean ended;

    private LabelStoreWriter(Path target, OutputFolder folder, LabelStoreManifest manifest) {
        this.target = target;
        this.folder = folder;
        this.partial = StoreFolder.lockedElsewhere(folder.path());
        this.manifest = manifest;
        format = manifest.header().format();
        block = ByteBuffer.allocate(manifest.header().blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Begins a store.
     *
     * @param target the folder to create; an empty one is replaced
     * @param manifest what the store will be
     * @return the writer, to be finished and closed
     * @throws LabelStoreException if there are files, or another process writes there
     * @throws IOException if the folder cannot be made
     */
    public static LabelStoreWriter create(Path target, LabelStoreManifest manifest)
            throws IOException {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(manifest, "manifest");
        Path place = target.toAbsolutePath().normalize();
        requireFree(place, target);
        Path beside = OutputFolder.partial(place);
        if (Files.isDirectory(beside) && FolderLock.isHeld(beside)) {
            throw new LabelStoreException(
                    target, "have one writer", "another process writes it; wait for that");
        }
        if (Files.isDirectory(beside) && !FolderKind.isBegun(beside)) {
            clearSegments(beside);
        }
        OutputFolder folder = OutputFolder.open("store", place, false, StoreFolder.KIND);
        LabelStoreWriter writer = new LabelStoreWriter(place, folder, manifest);
        try {
            writer.partial.begin(manifest.header(), manifest.shard());
        } catch (IOException | RuntimeException | Error e) {
            writer.close();
            throw e;
        }
        return writer;
    }

    /** Segments alone, without what says which labels they are, are of no use to anybody. */
    private static void clearSegments(Path beside) throws IOException {
        try (StoreFolder left = StoreFolder.lock(beside)) {
            if (left.found().isEmpty()) {
                left.discard();
            }
            left.requireEmpty();
        }
    }

    private static void requireFree(Path place, Path named) throws IOException {
        boolean free = !Files.exists(place);
        if (!free && Files.isDirectory(place)) {
            try (Stream<Path> children = Files.list(place)) {
                free = children.findAny().isEmpty();
            }
        }
        if (!free) {
            throw new LabelStoreException(
                    named, "be a new or empty folder", "it exists; choose another one");
        }
    }

    /**
     * Adds the next label.
     *
     * @param digest the image's
     * @param view the number of the view
     * @param classes the K classes that the label names, likeliest first; all of them in order if K
     *     is C
     * @param logProbabilities the natural logarithms of their probabilities, at most 0; rounded to
     *     half precision
     * @param logTail the logarithm of what the other classes have together, at most 0; minus
     *     infinity if there are none
     * @throws IllegalArgumentException if the label is none of this store or not the next one,
     *     saying why; the writer is then to be closed
     * @throws IOException if a segment cannot be written
     */
    public void add(long digest, int view, int[] classes, float[] logProbabilities, float logTail)
            throws IOException {
        Objects.requireNonNull(classes, "classes");
        Objects.requireNonNull(logProbabilities, "logProbabilities");
        requireNext(digest, view);
        if (image == null) {
            while (digests.size() == current().images()) {
                seal();
            }
            image = digest;
        }
        format.write(classes, logProbabilities, logTail, block);
        if (view == manifest.header().viewCount() - 1) {
            block.putInt(SegmentFile.checksum(digest, block.duplicate().flip()));
            digests.add(digest);
            blocks.add(block.array().clone());
            block.clear();
            images++;
            image = null;
            last = digest;
        }
    }

    private void requireNext(long digest, int view) {
        int views = manifest.header().viewCount();
        require(view >= 0 && view < views, "view must be in 0.." + (views - 1), "was " + view);
        if (image != null) {
            int expected = block.position() / format.bytes();
            require(
                    digest == image && view == expected,
                    String.format(
                            Locale.ROOT,
                            "image %016x must have all of its %d views in order",
                            image,
                            views),
                    digest == image && view < expected
                            ? "view " + view + " comes twice"
                            : "view "
                                    + expected
                                    + " is missing; labels must be sorted by image and view");
            return;
        }
        if (last != null) {
            require(
                    digest != last,
                    "labels must be one for each image and view",
                    String.format(Locale.ROOT, "view %d of image %016x comes twice", view, digest));
            require(
                    Long.compareUnsigned(digest, last) > 0,
                    "labels must be sorted by image and view",
                    String.format(Locale.ROOT, "%016x comes after %016x", digest, last));
        }
        require(
                images < manifest.images(),
                String.format(Locale.ROOT, "images must be %d", manifest.images()),
                String.format(Locale.ROOT, "%016x is one more", digest));
        require(
                view == 0,
                String.format(
                        Locale.ROOT,
                        "image %016x must have all of its %d views in order",
                        digest,
                        views),
                "view 0 is missing; labels must be sorted by image and view");
    }

    private static void require(boolean holds, String rule, String found) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ", but " + found);
        }
    }

    private Segment current() {
        return manifest.segments().get(segment);
    }

    private void seal() throws IOException {
        SegmentFile.write(
                partial.path(),
                manifest.header(),
                current().number(),
                digests.stream().mapToLong(Long::longValue).toArray(),
                blocks,
                current().quarantined());
        digests.clear();
        blocks.clear();
        segment++;
    }

    /**
     * Moves the whole store into place.
     *
     * @return the store
     * @throws LabelStoreException if labels are missing, or the manifest tells a digest and the
     *     labels are not the ones it is of
     * @throws IOException if it cannot be written or moved
     */
    public SoftLabelStore finish() throws IOException {
        if (image != null || images != manifest.images()) {
            throw new LabelStoreException(
                    target,
                    String.format(
                            Locale.ROOT,
                            "have %d images with %d views each",
                            manifest.images(),
                            manifest.header().viewCount()),
                    image == null
                            ? "labels of only " + images + " came"
                            : String.format(
                                    Locale.ROOT,
                                    "view %d of %016x is missing",
                                    block.position() / format.bytes(),
                                    image));
        }
        while (segment < manifest.segments().size()) {
            seal();
        }
        int from = manifest.segments().isEmpty() ? 0 : manifest.segments().get(0).number();
        StoreIndex index =
                partial.finish(
                        manifest.header(),
                        manifest.shard(),
                        from,
                        from + segment,
                        manifest.quarantined());
        if (!manifest.digest().isEmpty() && !index.checksum().equals(manifest.digest())) {
            throw new LabelStoreException(
                    target,
                    "have the labels of the store with digest " + manifest.digest(),
                    "they were changed, which gives " + index.checksum());
        }
        folder.complete();
        ended = true;
        return SoftLabelStore.open(target);
    }

    /** Without {@link #finish()}: leaves nothing. */
    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            try (OutputFolder closed = folder) {
                partial.discard();
            }
        }
    }
}
