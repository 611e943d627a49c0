package io.ssld.core.labels;

import io.ssld.base.internal.Json;
import io.ssld.core.data.QuarantinedImage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Everything a store holds besides its labels: with the labels themselves, enough for the same
 * store again, byte for byte ({@link LabelStoreWriter}). Files of other formats keep it as texts by
 * name ({@link #toMap}).
 *
 * @param header what the labels are of
 * @param shard which share of the recording this is, {@code i/n}; {@code 1/1} for all of it
 * @param segments the segments, their numbers ascending without gaps
 * @param quarantined the images that could not be used, by path
 * @param digest the store's {@link SoftLabelStore#digest()}, or empty if the labels need not be
 *     those of any earlier store
 */
public record LabelStoreManifest(
        LabelStoreHeader header,
        String shard,
        List<Segment> segments,
        List<QuarantinedImage> quarantined,
        String digest) {

    /** The name under which {@link #toMap} tells the format. */
    public static final String FORMAT_KEY = "ssld.format";

    private static final String VERSION_KEY = "ssld.version";
    private static final String HEADER_KEY = "ssld.header";
    private static final String CONTENTS_KEY = "ssld.contents";
    private static final String DIGEST_KEY = "ssld.digest";
    private static final String VERSION = String.valueOf(StoreIndex.VERSION);

    /**
     * A part of the images.
     *
     * @param number from 0
     * @param images how many have labels in it
     * @param quarantined the images of this part that could not be used
     */
    public record Segment(int number, int images, List<QuarantinedImage> quarantined) {

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is below 0
         */
        public Segment {
            Objects.requireNonNull(quarantined, "quarantined");
            quarantined = List.copyOf(quarantined);
            if (number < 0 || images < 0) {
                throw new IllegalArgumentException(
                        "number and images of a segment must be from 0, but were "
                                + number
                                + " and "
                                + images);
            }
        }
    }

    /** The rest of it in one text. */
    private record Contents(
            String shard, List<Segment> segments, List<QuarantinedImage> quarantined) {}

    /**
     * Checks what the writer relies on.
     *
     * @throws IllegalArgumentException if segments are not those of the header in order
     */
    public LabelStoreManifest {
        Objects.requireNonNull(segments, "segments");
        Objects.requireNonNull(quarantined, "quarantined");
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(digest, "digest");
        segments = List.copyOf(segments);
        quarantined = List.copyOf(quarantined);
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.number() != segments.get(0).number() + i
                    || segment.number() >= header.segments()
                    || segment.images() > header.segmentImages()) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "segments must be consecutive ones of %d with at most %d images"
                                        + " each, but number %d with %d images stands at place %d",
                                header.segments(),
                                header.segmentImages(),
                                segment.number(),
                                segment.images(),
                                i));
            }
        }
    }

    /**
     * Returns how many images have labels.
     *
     * @return the number of different contents
     */
    public int images() {
        return segments.stream().mapToInt(Segment::images).reduce(0, Math::addExact);
    }

    /**
     * Returns the manifest of labels that are no longer those of the teacher, for example means
     * with another one's: its name becomes {@code changed(name)}, and its digest is not told.
     *
     * @return a manifest that any labels of the same images and views fit
     */
    public LabelStoreManifest changed() {
        return new LabelStoreManifest(
                header.withTeacher("changed(" + header.teacher() + ")", ""),
                shard,
                segments,
                quarantined,
                "");
    }

    /**
     * Returns this as texts: {@code ssld.format} and {@code ssld.version}, {@code ssld.header} and
     * {@code ssld.contents} as JSON, {@code ssld.digest}.
     *
     * @return the texts by name
     */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put(FORMAT_KEY, StoreIndex.FORMAT);
        map.put(VERSION_KEY, VERSION);
        map.put(DIGEST_KEY, digest);
        map.put(HEADER_KEY, Json.toString(header));
        map.put(CONTENTS_KEY, Json.toString(new Contents(shard, segments, quarantined)));
        return map;
    }

    /**
     * Reads back what {@link #toMap} returned; other names are passed over.
     *
     * @param map texts by name
     * @param source where they are from, for messages
     * @return the manifest
     * @throws IOException if one is missing, of another format or version, or holds something else
     */
    public static LabelStoreManifest fromMap(Map<String, String> map, String source)
            throws IOException {
        Objects.requireNonNull(map, "map");
        Objects.requireNonNull(source, "source");
        require(map, FORMAT_KEY, StoreIndex.FORMAT, source);
        require(map, VERSION_KEY, VERSION, source);
        LabelStoreHeader header = exact(map, HEADER_KEY, LabelStoreHeader.class, source);
        Contents contents = exact(map, CONTENTS_KEY, Contents.class, source);
        String digest = text(map, DIGEST_KEY, source);
        try {
            return new LabelStoreManifest(
                    header, contents.shard(), contents.segments(), contents.quarantined(), digest);
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new IOException(source + ": " + e.getMessage(), e);
        }
    }

    private static void require(Map<String, String> map, String key, String value, String source)
            throws IOException {
        String found = text(map, key, source);
        if (!found.equals(value)) {
            throw new IOException(
                    "%s must be %s in %s, but was %s".formatted(key, value, source, found));
        }
    }

    /** Every byte counts, so that nothing is passed over or filled in. */
    private static <T> T exact(Map<String, String> map, String key, Class<T> type, String source)
            throws IOException {
        String text = text(map, key, source);
        T value = Json.parse(text, type, key + " in " + source);
        if (!Json.toString(value).equals(text)) {
            throw new IOException(
                    "%s must be in %s as it was written, but was changed or damaged"
                            .formatted(key, source));
        }
        return value;
    }

    private static String text(Map<String, String> map, String key, String source)
            throws IOException {
        String value = map.get(key);
        if (value == null) {
            throw new IOException(
                    "%s must be in the metadata of %s, but is missing".formatted(key, source));
        }
        return value;
    }
}
