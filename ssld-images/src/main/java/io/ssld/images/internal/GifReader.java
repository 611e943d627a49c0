package io.ssld.images.internal;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * The first frame of a GIF file, on its screen; what no pixel covers is white.
 *
 * <p>Written out because the JDK's reader puts rows of interlaced images of up to four rows in the
 * wrong places, drops the frame's offset on the screen and decodes damaged codes without a word.
 */
final class GifReader {

    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2C;
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int[] INTERLACED_STARTS = {0, 4, 2, 1};
    private static final int[] INTERLACED_STEPS = {8, 8, 4, 2};

    private final Bytes file;
    private final int screenWidth;
    private final int screenHeight;
    private int at;
    private byte[] palette = {};
    private int transparent = -1;

    private GifReader(byte[] array) throws IOException {
        file = Bytes.littleEndian(array);
        screenWidth = file.u16(6);
        screenHeight = file.u16(8);
        if (screenWidth == 0 || screenHeight == 0) {
            throw new IOException(
                    "GIF must have pixels, but is " + screenWidth + " x " + screenHeight);
        }
        at = 13;
        readPalette(file.u8(10));
    }

    static ImageHeader header(byte[] file) throws IOException {
        GifReader reader = new GifReader(file);
        return new ImageHeader(
                ImageFormat.GIF,
                reader.screenWidth,
                reader.screenHeight,
                Orientation.UPRIGHT,
                false,
                DecodingCost.once(reader.screenWidth, reader.screenHeight, 1 + 3));
    }

    static Pixels decode(byte[] file) throws IOException {
        return new GifReader(file).firstFrame();
    }

    private void readPalette(int flags) throws IOException {
        if ((flags & 0x80) != 0) {
            int length = 3 << ((flags & 7) + 1);
            palette = file.copy(at, at + length);
            at += length;
        }
    }

    private Pixels firstFrame() throws IOException {
        int block = file.u8(at++);
        while (block == EXTENSION) {
            if (file.u8(at++) == GRAPHIC_CONTROL && file.u8(at) >= 4) {
                transparent = (file.u8(at + 1) & 1) != 0 ? file.u8(at + 4) : -1;
            }
            subBlocks();
            block = file.u8(at++);
        }
        if (block != FRAME) {
            throw new IOException("GIF must have a frame, but has none");
        }
        int left = file.u16(at);
        int top = file.u16(at + 2);
        int width = file.u16(at + 4);
        int height = file.u16(at + 6);
        int flags = file.u8(at + 8);
        at += 9;
        if (width == 0
                || height == 0
                || left + width > screenWidth
                || top + height > screenHeight) {
            throw new IOException(
                    "frame must lie on the screen of "
                            + screenWidth
                            + " x "
                            + screenHeight
                            + ", but is "
                            + width
                            + " x "
                            + height
                            + " at "
                            + left
                            + ", "
                            + top);
        }
        readPalette(flags);
        int codeBits = file.u8(at++);
        byte[] codes = subBlocks();
        byte[] indices = new GifCodes(codes, codeBits).decode(width * height);
        byte[] rgb = new byte[Math.multiplyExact(3, screenWidth * screenHeight)];
        if (transparent >= 0 || width < screenWidth || height < screenHeight) {
            Arrays.fill(rgb, (byte) 0xFF);
        }
        int[] rows = rows(height, (flags & 0x40) != 0);
        for (int y = 0; y < height; y++) {
            int to = 3 * ((top + rows[y]) * screenWidth + left);
            paint(indices, y * width, width, rgb, to);
        }
        return new Pixels(screenWidth, screenHeight, rgb);
    }

    private void paint(byte[] indices, int from, int count, byte[] rgb, int to) throws IOException {
        for (int x = 0; x < count; x++) {
            int index = indices[from + x] & 0xFF;
            if (index != transparent) {
                if (3 * index >= palette.length) {
                    throw new IOException(
                            "colour must be one of " + palette.length / 3 + ", but is " + index);
                }
                System.arraycopy(palette, 3 * index, rgb, to + 3 * x, 3);
            }
        }
    }

    /** Where the rows go in the order in which they are stored. */
    private static int[] rows(int height, boolean interlaced) {
        int[] rows = new int[height];
        int next = 0;
        if (!interlaced) {
            Arrays.setAll(rows, y -> y);
            return rows;
        }
        for (int pass = 0; pass < INTERLACED_STARTS.length; pass++) {
            for (int y = INTERLACED_STARTS[pass]; y < height; y += INTERLACED_STEPS[pass]) {
                rows[next++] = y;
            }
        }
        return rows;
    }

    /** Joins a chain of blocks of up to 255 bytes, and steps behind it. */
    private byte[] subBlocks() throws EOFException {
        int total = 0;
        int end = at;
        for (int length = file.u8(end); length > 0; length = file.u8(end)) {
            total += length;
            end += 1 + length;
        }
        byte[] joined = new byte[total];
        int to = 0;
        for (int length = file.u8(at); length > 0; length = file.u8(at)) {
            System.arraycopy(file.array(), at + 1, joined, to, length);
            to += length;
            at += 1 + length;
        }
        at++;
        return joined;
    }
}
