package io.ssld.images.internal;

import java.io.IOException;

/** The header of a BMP file. */
final class BmpHeader {

    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;
    private static final int ALPHA_BIT_FIELDS = 6;

    private BmpHeader() {}

    static ImageHeader read(byte[] array) throws IOException {
        Bytes file = Bytes.littleEndian(array);
        long size = file.u32(14);
        if (size < 40) {
            throw new IOException(
                    "BMP must have a Windows header of 40 bytes or more, but has one of " + size);
        }
        long width = (int) file.u32(18);
        // Below 0: rows from the top.
        long height = Math.abs((long) (int) file.u32(22));
        int bits = file.u16(28);
        long compression = file.u32(30);
        if (compression != UNCOMPRESSED
                && compression != BIT_FIELDS
                && compression != ALPHA_BIT_FIELDS) {
            throw new IOException(
                    "BMP must be uncompressed, but has compression "
                            + compression
                            + "; convert it");
        }
        if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
            throw new IOException("BMP must have 1 to 32 bits a pixel, but has " + bits);
        }
        if (width < 1 || height < 1 || height > Integer.MAX_VALUE) {
            throw new IOException("BMP must have pixels, but is " + width + " x " + height);
        }
        long rowBytes = (width * bits + 31) / 32 * 4;
        file.require(file.u32(10), rowBytes * height);
        return new ImageHeader(
                ImageFormat.BMP,
                (int) width,
                (int) height,
                Orientation.UPRIGHT,
                false,
                DecodingCost.once(width, height, 4 + 3));
    }
}
