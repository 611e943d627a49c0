package io.ssld.core.labels;

import io.ssld.base.internal.Digests;
import io.ssld.base.internal.Json;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.images.view.internal.SamplerMap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the labels of a store are of. Two recordings with equal headers have equal labels.
 *
 * @param teacher the name of the teacher, or of several
 * @param teacherDigest SHA-256 over its parameters and buffers; empty if it does not tell
 * @param views the sampler of the views as a map, its version included
 * @param seed the seed that the sampler was given
 * @param viewCount how many views each image has, at least 1
 * @param height the height of the teacher's input
 * @param width the width of the teacher's input
 * @param normalization of the images, which counts where views erase boxes
 * @param decoder what decoded the images; for information, since all decode the same
 * @param classes how many classes the teacher has, at least 1
 * @param topK how many of them a label names, 1 to {@code classes}
 * @param batchSize how many views the teacher saw at once
 * @param images how many different images were to be labelled, those that turned out unusable
 *     included
 * @param imagesDigest SHA-256 over the digests of these images in order, 8 bytes each
 * @param segmentImages how many of these images a segment is for; the last may have fewer
 * @param classNames the names of the classes by number; empty if nobody told
 */
public record LabelStoreHeader(
        String teacher,
        String teacherDigest,
        Map<String, Object> views,
        long seed,
        int viewCount,
        int height,
        int width,
        Normalization normalization,
        String decoder,
        int classes,
        int topK,
        int batchSize,
        int images,
        String imagesDigest,
        int segmentImages,
        List<String> classNames) {

    private static final long MOST_SEGMENT_BYTES = Integer.MAX_VALUE;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range, a segment of so many images
     *     would not be below 2 GB, or there are names of another number of classes
     */
    public LabelStoreHeader {
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(teacher, "teacher");
        Objects.requireNonNull(teacherDigest, "teacherDigest");
        Objects.requireNonNull(normalization, "normalization");
        Objects.requireNonNull(decoder, "decoder");
        Objects.requireNonNull(imagesDigest, "imagesDigest");
        views = Map.copyOf(views);
        // Stores of earlier versions have none.
        classNames = classNames == null ? List.of() : List.copyOf(classNames);
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new IllegalArgumentException(
                    "classNames must be those of " + classes + " classes, but were " + classNames);
        }
        requireAtLeastOne("viewCount", viewCount);
        requireAtLeastOne("height", height);
        requireAtLeastOne("width", width);
        requireAtLeastOne("classes", classes);
        requireAtLeastOne("topK", topK);
        requireAtLeastOne("batchSize", batchSize);
        requireAtLeastOne("images", images);
        requireAtLeastOne("segmentImages", segmentImages);
        if (topK > classes) {
            throw new IllegalArgumentException(
                    "topK must be at most the " + classes + " classes, but was " + topK);
        }
        double record = classes == topK ? 2.0 * classes : 6.0 * topK + 2;
        double segment = (record * viewCount + 12) * Math.min(segmentImages, images);
        if (segment >= MOST_SEGMENT_BYTES - (1 << 20)) {
            throw new IllegalArgumentException(
                    "segments must be below 2 GB, but segmentImages was "
                            + segmentImages
                            + " for "
                            + viewCount
                            + " views; lower segmentImages");
        }
    }

    /**
     * Describes labels of classes without names.
     *
     * @param teacher as above, and so are the others
     * @param teacherDigest as above
     * @param views as above
     * @param seed as above
     * @param viewCount as above
     * @param height as above
     * @param width as above
     * @param normalization as above
     * @param decoder as above
     * @param classes as above
     * @param topK as above
     * @param batchSize as above
     * @param images as above
     * @param imagesDigest as above
     * @param segmentImages as above
     */
    public LabelStoreHeader(
            String teacher,
            String teacherDigest,
            Map<String, Object> views,
            long seed,
            int viewCount,
            int height,
            int width,
            Normalization normalization,
            String decoder,
            int classes,
            int topK,
            int batchSize,
            int images,
            String imagesDigest,
            int segmentImages) {
        this(
                teacher,
                teacherDigest,
                views,
                seed,
                viewCount,
                height,
                width,
                normalization,
                decoder,
                classes,
                topK,
                batchSize,
                images,
                imagesDigest,
                segmentImages,
                List.of());
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, but was " + value);
        }
    }

    /**
     * Returns which views the labels are of.
     *
     * @return the views, as a run shows them to a student
     * @throws IllegalArgumentException if a later version wrote settings that this one does not
     *     know
     */
    public RecordedViews recordedViews() {
        return new RecordedViews(
                SamplerMap.read(views), seed, viewCount, height, width, normalization);
    }

    /** The same recording of another teacher. */
    LabelStoreHeader withTeacher(String name, String digest) {
        return new LabelStoreHeader(
                name,
                digest,
                views,
                seed,
                viewCount,
                height,
                width,
                normalization,
                decoder,
                classes,
                topK,
                batchSize,
                images,
                imagesDigest,
                segmentImages,
                classNames);
    }

    RecordFormat format() {
        return new RecordFormat(classes, topK);
    }

    /** The bytes of an image's block: the records of its views and their checksum. */
    int blockBytes() {
        return viewCount * format().bytes() + Integer.BYTES;
    }

    /** How many segments the whole store has. */
    int segments() {
        return (images + segmentImages - 1) / segmentImages;
    }

    /** Eight bytes that tell this recording from others. */
    byte[] identity() {
        byte[] text = Json.toString(settings()).getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(Digests.sha256().digest(text), Long.BYTES);
    }

    /**
     * Names the first setting in which another recording differs. What decoded the images does not
     * count.
     *
     * @param other the other one's header
     * @return for example {@code seed is 3 there and 4 here}; empty if the labels are the same
     */
    public Optional<String> difference(LabelStoreHeader other) {
        Objects.requireNonNull(other, "other");
        return difference(other.settings(), settings());
    }

    /**
     * Names the first key whose values differ.
     *
     * @param there settings by name
     * @param here others
     * @return for example {@code seed is 3 there and 4 here}; empty if all are equal
     */
    public static Optional<String> difference(Map<String, ?> there, Map<String, ?> here) {
        Objects.requireNonNull(there, "there");
        Objects.requireNonNull(here, "here");
        TreeSet<String> names = new TreeSet<>(there.keySet());
        names.addAll(here.keySet());
        for (String name : names) {
            String before = there.containsKey(name) ? String.valueOf(there.get(name)) : "not set";
            String now = here.containsKey(name) ? String.valueOf(here.get(name)) : "not set";
            if (!before.equals(now)) {
                return Optional.of(name + " is " + before + " there and " + now + " here");
            }
        }
        return Optional.empty();
    }

    private Map<String, Object> settings() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("teacher", teacher);
        map.put("teacherDigest", teacherDigest);
        views.forEach((name, value) -> map.put("views." + name, Json.toString(value)));
        map.put("seed", seed);
        map.put("viewCount", viewCount);
        map.put("height", height);
        map.put("width", width);
        map.put("normalization", normalization.toString());
        map.put("classes", classes);
        map.put("topK", topK);
        map.put("batchSize", batchSize);
        map.put("images", images);
        map.put("imagesDigest", imagesDigest);
        map.put("segmentImages", segmentImages);
        if (!classNames.isEmpty()) {
            // Left out where there are none, as in stores of earlier versions.
            map.put("classNames", classNames);
        }
        return map;
    }
}
