package io.ssld.core.labels;

import org.jspecify.annotations.Nullable;

/** How large a label store will be, before anything is recorded. */
public final class LabelStoreSize {

    /** Segments have no more images, so that a few machines can share a small set. */
    private static final int MOST_SEGMENT_IMAGES = 4096;

    private static final long USUAL_SEGMENT_BYTES = 64L << 20;

    private LabelStoreSize() {}

    /**
     * Returns the bytes of a store's segments, as a {@link LabelRecorder} with the usual batch and
     * segment sizes writes them. Not counted: {@code store.json} and {@code quarantine.csv}, a few
     * kilobytes, and the notes about images that could not be used.
     *
     * @param classes the teacher's classes, at least 1
     * @param topK the classes that a label names, at least 1; no more than there are
     * @param images the images of different contents, at least 0
     * @param views the views of each image, at least 1
     * @return the bytes
     * @throws IllegalArgumentException if a number is out of its range
     */
    public static long segments(int classes, int topK, int images, int views) {
        requireAtLeast(1, "classes", classes);
        requireAtLeast(1, "topK", topK);
        requireAtLeast(0, "images", images);
        requireAtLeast(1, "views", views);
        RecordFormat format = new RecordFormat(classes, Math.min(topK, classes));
        int segment = segmentImages(format, views, LabelRecorder.BATCH_SIZE, null);
        long block = blockBytes(format, views);
        int rest = images % segment;
        return images / segment * SegmentFile.length(segment, block)
                + (rest == 0 ? 0 : SegmentFile.length(rest, block));
    }

    private static long blockBytes(RecordFormat format, int views) {
        return (long) format.bytes() * views + Integer.BYTES;
    }

    /** The fewest images whose views fill whole batches. */
    static int group(int batchSize, int views) {
        int a = batchSize;
        int b = views;
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return batchSize / a;
    }

    /**
     * How many images a segment is for.
     *
     * @param wanted what was asked for; {@code null} for the usual number
     */
    static int segmentImages(
            RecordFormat format, int views, int batchSize, @Nullable Integer wanted) {
        long block = blockBytes(format, views) + Long.BYTES;
        int usual = (int) Math.min(MOST_SEGMENT_IMAGES, USUAL_SEGMENT_BYTES / block);
        int group = group(batchSize, views);
        int images = wanted == null ? usual : wanted;
        // Whole groups, so that no batch is smaller but the last of all.
        return Math.max(group, images / group * group);
    }

    private static void requireAtLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " must be at least " + least + ", but was " + value);
        }
    }
}
