package io.ssld.images.internal;

import java.io.IOException;

/** The chunks of a WebP file. */
final class WebpHeader {

    private static final int VP8 = 0x20385056;
    private static final int VP8L = 0x4C385056;
    private static final int VP8X = 0x58385056;
    private static final int EXIF = 0x46495845;
    private static final int ANIMATED = 2;

    private WebpHeader() {}

    static ImageHeader read(byte[] array) throws IOException {
        Bytes file = Bytes.littleEndian(array);
        long end = 8 + file.u32(4);
        file.require(0, end);
        Orientation orientation = Orientation.UPRIGHT;
        int width = 0;
        int height = 0;
        int images = 0;
        for (long at = 12; at + 8 <= end; ) {
            long name = file.u32(at);
            long length = file.u32(at + 4);
            int data = (int) at + 8;
            file.require(data, length);
            if (name == VP8X && (file.u8(data) & ANIMATED) != 0) {
                throw new IOException("WebP must be a still image, but is animated; convert it");
            } else if (name == VP8) {
                images++;
                width = file.u16(data + 6) & 0x3FFF;
                height = file.u16(data + 8) & 0x3FFF;
            } else if (name == VP8L) {
                images++;
                long sizes = file.u32(data + 1);
                width = (int) (sizes & 0x3FFF) + 1;
                height = (int) (sizes >> 14 & 0x3FFF) + 1;
            } else if (name == EXIF) {
                orientation = TiffTags.orientationOf(exif(file, data, (int) length));
            }
            at = data + length + (length & 1);
        }
        if (images > 1) {
            // Readers differ in which one they take, and so in its size.
            throw new IOException("broken WebP: it must have one image, but has " + images);
        }
        if (width == 0 || height == 0) {
            throw new IOException("WebP must have pixels, but is " + width + " x " + height);
        }
        return new ImageHeader(
                ImageFormat.WEBP,
                width,
                height,
                orientation,
                true,
                DecodingCost.once(width, height, 4 + 4 + 3));
    }

    /** Some programs keep the six bytes that begin EXIF data in JPEG files. */
    private static byte[] exif(Bytes file, int data, int length) throws IOException {
        int skip = file.startsWith(data, 'E', 'x', 'i', 'f', 0, 0) ? 6 : 0;
        return file.copy(data + skip, data + length);
    }
}
