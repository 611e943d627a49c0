package io.ssld.images.internal;

import java.io.EOFException;
import java.io.IOException;
import java.util.Set;

/** The header of a TIFF file's first image. */
final class TiffHeader {

    // Uncompressed, LZW, deflate (two numbers), PackBits: those without loss and for any pixels.
    private static final Set<Long> COMPRESSIONS = Set.of(1L, 5L, 8L, 32946L, 32773L);
    // White is zero, black is zero, RGB, palette.
    private static final Set<Long> PHOTOMETRICS = Set.of(0L, 1L, 2L, 3L);
    private static final long CMYK = 5;
    private static final Set<Integer> TAGS =
            Set.of(256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 322, 323, 324, 325, 338, 339);
    private static final int MAX_SAMPLES = 16;

    private TiffHeader() {}

    static ImageHeader read(byte[] file) throws IOException {
        TiffTags tags = TiffTags.read(file, TAGS);
        // The JDK's reader takes the first, others the last: the size told would not be the real.
        if (!tags.repeated().isEmpty()) {
            throw new IOException(
                    "TIFF must have each tag once, but has tags "
                            + tags.repeated()
                            + " twice; convert it");
        }
        if (!tags.unknownTypes().isEmpty()) {
            throw new IOException(
                    "TIFF must have values of types 1 to 13, but has "
                            + tags.unknownTypes()
                            + "; convert it");
        }
        long photometric = tags.get(262, -1);
        if (photometric == CMYK) {
            throw new IOException("TIFF must be grey, RGB or palette, but is CMYK; convert it");
        }
        require(PHOTOMETRICS.contains(photometric), "be grey, RGB or palette", 262, photometric);
        long compression = tags.get(259, 1);
        require(COMPRESSIONS.contains(compression), "be compressed without loss", 259, compression);
        for (long format : tags.all(339, 1)) {
            require(format == 1, "have whole samples without sign", 339, format);
        }
        for (long bits : tags.all(258, 1)) {
            require(bits <= 16, "have at most 16 bits a sample", 258, bits);
        }
        for (long extra : tags.all(338, 0)) {
            require(extra != 1, "have no premultiplied alpha", 338, extra);
        }
        requireData(tags, 273, 279, file.length);
        requireData(tags, 324, 325, file.length);
        long width = tags.get(256, 0);
        long height = tags.get(257, 0);
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new IOException("TIFF must have pixels, but is " + width + " x " + height);
        }
        return new ImageHeader(
                ImageFormat.TIFF,
                (int) width,
                (int) height,
                Orientation.of(tags.get(TiffTags.ORIENTATION, 1)),
                false,
                cost(tags, width, height));
    }

    /**
     * The JDK's reader decodes every tile or strip whole, with what of it lies beyond the image,
     * one at a time and each plane apart.
     */
    private static DecodingCost cost(TiffTags tags, long width, long height) throws IOException {
        long samples = tags.get(277, 1);
        require(samples >= 1 && samples <= MAX_SAMPLES, "have few samples a pixel", 277, samples);
        boolean tiled = tags.get(322, 0) != 0 || tags.get(324, 0) != 0;
        long tileWidth = tiled ? tags.get(322, 0) : width;
        // No number of rows, or 2^32 - 1, is all in one strip.
        long tileHeight = tiled ? tags.get(323, 0) : Math.min(height, tags.get(278, height));
        require(tileWidth >= 1 && tileWidth <= Integer.MAX_VALUE, "have tiles", 322, tileWidth);
        int heightTag = tiled ? 323 : 278;
        require(
                tileHeight >= 1 && tileHeight <= Integer.MAX_VALUE,
                "have tiles or strips",
                heightTag,
                tileHeight);
        double tiles =
                Math.ceil((double) width / tileWidth) * Math.ceil((double) height / tileHeight);
        double work = tiles * tileWidth * tileHeight;
        long bytes = samples * (tags.get(258, 1) > 8 ? 2 : 1);
        // The tile packed and unpacked, the image as it is read and as RGB. Beyond 2^63 is 2^63 -
        // 1.
        double memory = 2.0 * bytes * tileWidth * tileHeight + (bytes + 3.0) * width * height;
        return new DecodingCost((long) work, (long) memory);
    }

    /** The JDK's reader takes memory for what strips or tiles claim to have. */
    private static void requireData(TiffTags tags, int offsetTag, int countTag, int length)
            throws IOException {
        long[] offsets = tags.all(offsetTag, 0);
        long[] counts = tags.all(countTag, 0);
        for (int i = 0; i < counts.length && i < offsets.length; i++) {
            if (offsets[i] + counts[i] > length) {
                throw new EOFException("strip " + i + " ends behind the file");
            }
        }
    }

    private static void require(boolean holds, String rule, int tag, long value)
            throws IOException {
        if (!holds) {
            throw new IOException(
                    "TIFF must " + rule + ", but tag " + tag + " is " + value + "; convert it");
        }
    }
}
