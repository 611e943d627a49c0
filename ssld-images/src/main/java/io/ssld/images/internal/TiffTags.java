package io.ssld.images.internal;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The first directory of a TIFF file, or of the EXIF data that other formats carry in the form of
 * one: tags with whole numbers. Other tags are left out.
 */
final class TiffTags {

    static final int ORIENTATION = 274;

    // The first and the last type of values that the format has.
    private static final int BYTE = 1;
    private static final int IFD = 13;

    private final Map<Integer, long[]> tags = new HashMap<>();
    private final Set<Integer> wanted;
    private final Set<Integer> met = new HashSet<>();
    private final Set<Integer> repeated = new TreeSet<>();
    private final Set<Integer> unknownTypes = new TreeSet<>();

    /** How many bytes of values may still come. */
    private long allowance;

    private TiffTags(Set<Integer> wanted, long allowance) {
        this.wanted = wanted;
        this.allowance = allowance;
    }

    /**
     * Reads tags of the directory; offsets count from the beginning of {@code tiff}. Values that
     * many entries share could be as many as the square of the file's length, for any reader: all
     * together may be four times as long as the file.
     */
    static TiffTags read(byte[] tiff, Set<Integer> wanted) throws IOException {
        Bytes order = Bytes.bigEndian(tiff);
        boolean little = order.startsWith(0, 'I', 'I', 42, 0);
        if (!little && !order.startsWith(0, 'M', 'M', 0, 42)) {
            throw new IOException("broken TIFF header");
        }
        Bytes bytes = little ? Bytes.littleEndian(tiff) : Bytes.bigEndian(tiff);
        TiffTags result = new TiffTags(wanted, 4L * tiff.length);
        long directory = bytes.u32(4);
        int count = bytes.u16(directory);
        for (int i = 0; i < count; i++) {
            result.readEntry(bytes, directory + 2 + 12L * i);
        }
        return result;
    }

    /**
     * The orientation that EXIF data tell. Broken data tell none: cameras and editors write them
     * wrong, and the pixels are not to blame.
     */
    static Orientation orientationOf(byte[] exif) {
        try {
            return Orientation.of(read(exif, Set.of(ORIENTATION)).get(ORIENTATION, 1));
        } catch (IOException e) {
            return Orientation.UPRIGHT;
        }
    }

    private void readEntry(Bytes bytes, long at) throws IOException {
        int tag = bytes.u16(at);
        int type = bytes.u16(at + 2);
        long count = bytes.u32(at + 4);
        if (type < BYTE || type > IFD) {
            unknownTypes.add(type);
        }
        int size =
                switch (type) {
                    case 3, 8 -> 2;
                    case 4, 9, 11 -> 4;
                    case 5, 10, 12 -> 8;
                    default -> 1;
                };
        // One that is longer than the file was not written well, and nobody reads it.
        allowance -= count * size <= bytes.length() ? count * size : 0;
        if (allowance < 0) {
            throw new IOException("broken TIFF: values of far more bytes than the file has");
        }
        if (wanted.contains(tag) && !met.add(tag)) {
            repeated.add(tag);
        }
        if (count == 0 || (type != 3 && type != 4) || !wanted.contains(tag)) {
            return;
        }
        long place = count * size <= 4 ? at + 8 : bytes.u32(at + 8);
        bytes.require(place, count * size);
        long[] values = new long[(int) count];
        for (int i = 0; i < values.length; i++) {
            long value = place + (long) i * size;
            values[i] = size == 2 ? bytes.u16(value) : bytes.u32(value);
        }
        tags.put(tag, values);
    }

    /** Wanted tags that are there more than once, whatever their types: readers differ in which. */
    Set<Integer> repeated() {
        return Collections.unmodifiableSet(repeated);
    }

    /** Types of values that the format does not have: the JDK's reader loses its place at them. */
    Set<Integer> unknownTypes() {
        return Collections.unmodifiableSet(unknownTypes);
    }

    /** The first value of a tag, or {@code fallback} where the tag is missing. */
    long get(int tag, long fallback) {
        long @Nullable [] values = tags.get(tag);
        return values == null ? fallback : values[0];
    }

    /** All values of a tag, or {@code fallback} alone. */
    long[] all(int tag, long fallback) {
        long @Nullable [] values = tags.get(tag);
        return values == null ? new long[] {fallback} : values.clone();
    }
}
