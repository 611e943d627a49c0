package io.ssld.core.image;

import java.io.IOException;
import java.util.zip.CRC32;

/** The chunks of a PNG file. The JDK's reader does not look at their checksums, so this does. */
final class PngHeader {

    private static final int SIGNATURE = 8;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int TRNS = 0x74524E53;
    private static final int EXIF = 0x65584966;

    private PngHeader() {}

    static ImageHeader read(byte[] array) throws IOException {
        Bytes file = Bytes.bigEndian(array);
        if (file.u32(SIGNATURE + 4) != IHDR || file.u32(SIGNATURE) != 13) {
            throw new IOException("broken PNG: it does not begin with its header");
        }
        long width = file.u32(SIGNATURE + 8);
        long height = file.u32(SIGNATURE + 12);
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new IOException("PNG must have pixels, but is " + width + " x " + height);
        }
        int bits = file.u8(SIGNATURE + 16);
        int type = file.u8(SIGNATURE + 17);
        Orientation orientation = Orientation.UPRIGHT;
        boolean colorKey = false;
        boolean pixels = false;
        long at = SIGNATURE;
        for (long name = 0; name != IEND; ) {
            long length = file.u32(at);
            name = file.u32(at + 4);
            file.require(at, 12 + length);
            requireIntact(file, (int) at + 4, (int) length + 4, name);
            pixels |= name == IDAT;
            colorKey |= name == TRNS;
            if (name == EXIF) {
                int start = (int) at + 8;
                orientation = TiffTags.orientationOf(file.copy(start, start + (int) length));
            }
            at += 12 + length;
        }
        if (!pixels) {
            throw new IOException("broken PNG: it has no pixels");
        }
        // RGB and RGBA of 8 bits: the JDK's reader takes twice the time. OpenCV mixes up or drops
        // the transparency of the others.
        boolean forOpenCv = bits == 8 && ((type == 2 && !colorKey) || type == 6);
        return new ImageHeader(ImageFormat.PNG, (int) width, (int) height, orientation, forOpenCv);
    }

    /**
     * The grey, from 0 to 255, that is transparent in an image of fewer than 8 bits; -1 if there is
     * none. The JDK's reader leaves that out.
     */
    static int transparentGrey(byte[] array) throws IOException {
        Bytes file = Bytes.bigEndian(array);
        int bits = file.u8(SIGNATURE + 16);
        if (file.u8(SIGNATURE + 17) != 0 || bits >= 8) {
            return -1;
        }
        long name = IHDR;
        for (long at = SIGNATURE; name != IDAT; at += 12 + file.u32(at)) {
            name = file.u32(at + 4);
            if (name == TRNS) {
                int max = (1 << bits) - 1;
                return (file.u16(at + 8) & max) * 255 / max;
            }
        }
        return -1;
    }

    private static void requireIntact(Bytes file, int from, int length, long name)
            throws IOException {
        CRC32 crc = new CRC32();
        crc.update(file.array(), from, length);
        // The lower bit 5 of the first letter marks chunks that a reader may leave out.
        boolean needed = (name >>> 24 & 0x20) == 0 || name == TRNS;
        if (needed && crc.getValue() != file.u32(from + length)) {
            throw new IOException("damaged image: wrong checksum at byte " + from);
        }
    }
}
