package io.ssld.images.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The segments before the first scan of a JPEG file.
 *
 * <p>Which colours the components are is decided here by libjpeg's rules, as in every other
 * program, and not by javax.imageio's, which takes a file without a JFIF marker for RGB when no
 * component is subsampled. {@link #plain()} tells the JDK's reader what was decided.
 */
final class JpegHeader {

    /** What the components of a JPEG file are. */
    enum Colors {
        GREY,
        YCC,
        RGB,
        CMYK,
        YCCK
    }

    /** Encoders write about ten, and one a component. */
    private static final int MAX_SCANS = 64;

    private static final byte[] JFIF = {
        (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };
    // Transform 0: components are handed out as they are.
    private static final byte[] ADOBE = {
        (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private final Bytes file;
    private final List<int[]> kept = new ArrayList<>();
    private int scan = -1;
    private int scans;
    private int frame = -1;
    private int width;
    private int height;
    private int[] components = {};
    private boolean jfif;
    private int adobe = -1;
    private Orientation orientation = Orientation.UPRIGHT;

    private JpegHeader(byte[] file) {
        this.file = Bytes.bigEndian(file);
    }

    /** Reads the segments up to the first scan, and checks that the file has an end. */
    static JpegHeader read(byte[] file) throws IOException {
        JpegHeader header = new JpegHeader(file);
        header.readSegments();
        header.requireEnd();
        header.countScans();
        return header;
    }

    ImageHeader header() {
        // OpenCV neither notices damage inside a scan nor decodes faster than the JDK.
        // Of several scans the JDK's reader computes the image again after each.
        long pixels = (long) width * height;
        long bytes = components.length == 4 ? 4 + 4 + 3 : 3;
        long coefficients = scans > 1 ? 2L * components.length : 0;
        DecodingCost cost = new DecodingCost(scans * pixels, (bytes + coefficients) * pixels);
        return new ImageHeader(ImageFormat.JPEG, width, height, orientation, false, cost);
    }

    Colors colors() {
        return switch (components.length) {
            case 1 -> Colors.GREY;
            case 3 -> isRgb() ? Colors.RGB : Colors.YCC;
            default -> adobe == 2 ? Colors.YCCK : Colors.CMYK;
        };
    }

    /**
     * The file without what is not needed to decode it (profiles, thumbnails, EXIF, comments, all
     * of which the JDK's reader may stumble over), and with one marker that tells its colours.
     */
    byte[] plain() {
        byte[] marker = colors() == Colors.GREY || colors() == Colors.YCC ? JFIF : ADOBE;
        int length = 2 + marker.length + file.length() - scan;
        for (int[] segment : kept) {
            length += segment[1] - segment[0];
        }
        ByteBuffer plain = ByteBuffer.allocate(length);
        plain.put(file.array(), 0, 2).put(marker);
        for (int[] segment : kept) {
            plain.put(file.array(), segment[0], segment[1] - segment[0]);
        }
        return plain.put(file.array(), scan, file.length() - scan).array();
    }

    private boolean isRgb() {
        if (jfif) {
            return false;
        }
        if (adobe >= 0) {
            return adobe == 0;
        }
        return Arrays.equals(components, new int[] {'R', 'G', 'B'});
    }

    private void readSegments() throws IOException {
        int at = 2;
        while (scan < 0) {
            if (file.u8(at) != 0xFF) {
                // Stray bytes, which libjpeg skips, as far as the next marker.
                at++;
                continue;
            }
            int marker = file.u8(at + 1);
            if (marker == 0) {
                // A byte of data, no marker.
                at += 2;
                continue;
            }
            if (marker == 0xFF) {
                // Fill bytes before a marker.
                at++;
                continue;
            }
            if (marker == 0xD9) {
                throw new IOException("broken JPEG: it ends before its pixels");
            }
            if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += 2;
                continue;
            }
            int length = file.u16(at + 2);
            int end = at + 2 + length;
            if (length < 2) {
                throw new IOException("broken JPEG: segment of " + length + " bytes");
            }
            file.require(at, end - at);
            readSegment(marker, at, end);
            at = end;
        }
        if (frame < 0) {
            throw new IOException("broken JPEG: pixels before their size");
        }
    }

    private void readSegment(int marker, int at, int end) throws IOException {
        if (marker == 0xDA) {
            scan = at;
        } else if (marker >= 0xE0 && marker <= 0xEF) {
            readApplication(marker, at + 4, end);
        } else if (marker != 0xFE) {
            if (marker == 0xC0 || (marker > 0xC0 && marker <= 0xCF && marker % 4 != 0)) {
                readFrame(marker, at + 4);
            }
            kept.add(new int[] {at, end});
        }
    }

    private void readApplication(int marker, int at, int end) throws IOException {
        if (marker == 0xE0 && file.startsWith(at, 'J', 'F', 'I', 'F', 0)) {
            jfif = true;
        } else if (marker == 0xE1 && file.startsWith(at, 'E', 'x', 'i', 'f', 0, 0)) {
            orientation = TiffTags.orientationOf(file.copy(at + 6, end));
        } else if (marker == 0xEE
                && end - at >= 12
                && file.startsWith(at, 'A', 'd', 'o', 'b', 'e')) {
            adobe = file.u8(at + 11);
        }
    }

    private void readFrame(int marker, int at) throws IOException {
        if (marker > 0xC2) {
            throw new IOException(
                    "JPEG must be baseline or progressive with Huffman codes, but its frame is of"
                            + " type "
                            + (marker - 0xC0)
                            + "; convert it");
        }
        if (frame >= 0) {
            throw new IOException("broken JPEG: more than one frame");
        }
        int bits = file.u8(at);
        if (bits != 8) {
            throw new IOException("JPEG must have 8 bits a sample, but has " + bits);
        }
        frame = marker;
        height = file.u16(at + 1);
        width = file.u16(at + 3);
        components = new int[file.u8(at + 5)];
        if (components.length != 1 && components.length != 3 && components.length != 4) {
            throw new IOException(
                    "JPEG must have 1, 3 or 4 components, but has " + components.length);
        }
        for (int i = 0; i < components.length; i++) {
            components[i] = file.u8(at + 6 + 3 * i);
        }
        if (width == 0 || height == 0) {
            throw new IOException("JPEG must have pixels, but is " + width + " x " + height);
        }
    }

    /** Looks from behind: in coded pixels FF D9 is nothing else than the end. */
    private void requireEnd() throws IOException {
        byte[] bytes = file.array();
        for (int i = bytes.length - 2; i > scan; i--) {
            if (bytes[i] == (byte) 0xFF && bytes[i + 1] == (byte) 0xD9) {
                return;
            }
        }
        throw new EOFException("no end of image");
    }

    /**
     * Counts the scans up to the end of the image: each costs time by the size of the image, so
     * that a small file could take hours. Behind the end, cameras keep further images.
     */
    private void countScans() throws IOException {
        int at = scan;
        while (at + 4 <= file.length()) {
            int marker = file.u8(at + 1);
            if (file.u8(at) != 0xFF || isWithoutLength(marker)) {
                at++;
                continue;
            }
            if (marker == 0xD9) {
                break;
            }
            scans += marker == 0xDA ? 1 : 0;
            at += 2 + file.u16(at + 2);
        }
        if (scans > MAX_SCANS) {
            throw new IOException(
                    "JPEG must have at most " + MAX_SCANS + " scans, but has " + scans);
        }
    }

    /** Coded pixels, fill bytes, restarts. */
    private static boolean isWithoutLength(int marker) {
        return marker <= 0x01 || marker == 0xFF || (marker >= 0xD0 && marker <= 0xD8);
    }
}
