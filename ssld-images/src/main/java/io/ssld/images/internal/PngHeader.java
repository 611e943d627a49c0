package io.ssld.images.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The chunks of a PNG file. The JDK's reader does not look at their checksums, so this does. */
final class PngHeader {

    private static final int SIGNATURE = 8;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int TRNS = 0x74524E53;
    private static final int EXIF = 0x65584966;

    /** More than that behind the pixels is too much; some encoders leave a few bytes. */
    private static final int SLACK = 1 << 16;

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
        return new ImageHeader(
                ImageFormat.PNG,
                (int) width,
                (int) height,
                orientation,
                forOpenCv,
                DecodingCost.once(width, height, bytesPerPixel(bits, type)));
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

    /** The samples as a reader has them, perhaps once more, and RGB. */
    private static int bytesPerPixel(int bits, int type) {
        int channels =
                switch (type) {
                    case 2 -> 3;
                    case 4 -> 2;
                    case 6 -> 4;
                    default -> 1;
                };
        return type == 2 && bits <= 8 ? 3 + 3 : channels * (bits == 16 ? 2 : 1) * 2 + 3;
    }

    /**
     * Whether the compressed data end where the pixels do. libpng inflates what follows them, a
     * gigabyte of each megabyte; the JDK's reader stops.
     */
    static boolean endsWithItsPixels(byte[] array) throws IOException {
        Bytes file = Bytes.bigEndian(array);
        boolean alpha = file.u8(SIGNATURE + 17) == 6;
        long width = file.u32(SIGNATURE + 8);
        long height = file.u32(SIGNATURE + 12);
        // Eight bits a sample, a filter byte a row; each of seven passes may end a row more.
        long most = (width * (alpha ? 4 : 3) + 1) * height + 7 * (width + height) + SLACK;
        byte[] chunk = new byte[1 << 16];
        long inflated = 0;
        Inflater inflater = new Inflater();
        try {
            for (int[] part : parts(file, IDAT)) {
                inflater.setInput(array, part[0], part[1] - part[0]);
                while (!inflater.needsInput() && !inflater.finished() && inflated <= most) {
                    inflated += inflater.inflate(chunk);
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("damaged image: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
        return inflated <= most;
    }

    /**
     * The file with its header and pixels alone: texts and profiles of others may inflate to
     * gigabytes too.
     */
    static byte[] plain(byte[] array) throws IOException {
        Bytes file = Bytes.bigEndian(array);
        ByteArrayOutputStream plain = new ByteArrayOutputStream(array.length);
        plain.write(array, 0, SIGNATURE);
        for (int name : new int[] {IHDR, IDAT, IEND}) {
            for (int[] part : parts(file, name)) {
                plain.write(array, part[0] - 8, part[1] - part[0] + 12);
            }
        }
        return plain.toByteArray();
    }

    /** Where the data of all chunks of a name begin and end, in a file that was read. */
    private static List<int[]> parts(Bytes file, int wanted) throws IOException {
        List<int[]> parts = new ArrayList<>();
        long name = 0;
        for (long at = SIGNATURE; name != IEND; ) {
            int length = (int) file.u32(at);
            name = file.u32(at + 4);
            if (name == wanted) {
                parts.add(new int[] {(int) at + 8, (int) at + 8 + length});
            }
            at += 12 + length;
        }
        return parts;
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
