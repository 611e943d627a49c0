package io.ssld.core.image;

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

    private TiffHeader() {}

    static ImageHeader read(byte[] file) throws IOException {
        TiffTags tags = TiffTags.read(file);
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
                false);
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
