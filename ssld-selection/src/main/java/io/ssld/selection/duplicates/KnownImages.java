package io.ssld.selection.duplicates;

import ai.djl.ndarray.NDManager;
import io.ssld.core.data.ImageEntry;
import io.ssld.selection.duplicates.ViewIndex.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The images that others are compared with: the reference set, or the kept part of a pool. */
final class KnownImages implements AutoCloseable {

    private final NDManager manager;
    private final long expected;
    private final long memory;
    private final Map<String, Integer> byFile = new HashMap<>();
    private final Map<String, Integer> byPixels = new HashMap<>();
    private final List<ImageEntry> entries = new ArrayList<>();
    private final List<String> digests = new ArrayList<>();
    private @Nullable ViewIndex index;

    /**
     * Creates an empty set.
     *
     * @param expected how many images it will hold at most
     * @param memory how many bytes vectors and scores may take
     */
    KnownImages(NDManager manager, long expected, long memory) {
        this.manager = manager;
        this.expected = expected;
        this.memory = memory;
    }

    /** An equal image. */
    record Exact(int id, Stage stage) {}

    ImageEntry entry(int id) {
        return entries.get(id);
    }

    /** SHA-256 of an image's file. */
    String digest(int id) {
        return digests.get(id);
    }

    int size() {
        return entries.size();
    }

    void add(ImageEntry entry, ImageFile image) {
        byFile.putIfAbsent(image.digest(), entries.size());
        byPixels.putIfAbsent(image.pixelDigest(), entries.size());
        entries.add(entry);
        digests.add(image.digest());
        if (index == null) {
            index = newIndex(image.views());
        }
        index.add(image.views());
    }

    private ViewIndex newIndex(Views views) {
        int count = views.plain().length;
        int length = views.plain()[0].length;
        long needed = VectorIndex.bytes(expected * count, length) + VectorIndex.SCRATCH;
        if (needed > memory) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "memory must be at least %d bytes for %d images of %d vectors of %d"
                                + " numbers, but was %d; raise it, turn windows off, or split the"
                                + " reference",
                            needed,
                            expected,
                            count,
                            length,
                            memory));
        }
        return new ViewIndex(manager, count, length);
    }

    /** Returns an image that is equal to this one, if there is one. */
    @Nullable Exact exact(ImageFile image) {
        Integer file = byFile.get(image.digest());
        if (file != null) {
            return new Exact(file, Stage.EXACT_FILE);
        }
        Integer pixels = byPixels.get(image.pixelDigest());
        return pixels == null ? null : new Exact(pixels, Stage.EXACT_PIXELS);
    }

    List<List<Candidate>> nearest(List<ImageFile> images, int count, double least) {
        if (index == null) {
            return images.stream().map(image -> List.<Candidate>of()).toList();
        }
        return index.nearest(images.stream().map(ImageFile::views).toList(), count, least);
    }

    @Override
    public void close() {
        if (index != null) {
            index.close();
        }
    }
}
