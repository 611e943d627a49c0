package io.ssld.images.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * A PNG file of any colour type, depth and order of rows, which javax.imageio cannot write.
 *
 * @param type 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
 * @param bits bits a sample
 * @param interlaced in Adam7's seven passes
 * @param palette the PLTE chunk, or empty
 * @param transparency the tRNS chunk, or empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PngFile(int type, int bits, boolean interlaced, byte[] palette, byte[] transparency) {

    private static final int[][] PASSES = {
        {0, 0, 8, 8},
        {4, 0, 8, 8},
        {0, 4, 4, 8},
        {2, 0, 4, 4},
        {0, 2, 2, 4},
        {1, 0, 2, 2},
        {0, 1, 1, 2}
    };

    int channels() {
        return switch (type) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    /** Writes samples, pixel by pixel. */
    byte[] write(int width, int height, int[] samples) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        byte[] header =
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bits)
                        .put((byte) type)
                        .put(new byte[] {0, 0, (byte) (interlaced ? 1 : 0)})
                        .array();
        chunk(out, "IHDR", header);
        if (palette.length > 0) {
            chunk(out, "PLTE", palette);
        }
        if (transparency.length > 0) {
            chunk(out, "tRNS", transparency);
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream rows = new DeflaterOutputStream(packed)) {
            if (interlaced) {
                for (int[] pass : PASSES) {
                    rows(rows, width, height, samples, pass);
                }
            } else {
                rows(rows, width, height, samples, new int[] {0, 0, 1, 1});
            }
        }
        chunk(out, "IDAT", packed.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private void rows(DeflaterOutputStream out, int width, int height, int[] samples, int[] pass)
            throws IOException {
        for (int y = pass[1]; y < height; y += pass[3]) {
            if (pass[0] >= width) {
                return;
            }
            out.write(0);
            long buffer = 0;
            int held = 0;
            for (int x = pass[0]; x < width; x += pass[2]) {
                for (int c = 0; c < channels(); c++) {
                    buffer = buffer << bits | samples[(y * width + x) * channels() + c];
                    held += bits;
                    while (held >= 8) {
                        held -= 8;
                        out.write((int) (buffer >> held));
                    }
                }
            }
            if (held > 0) {
                out.write((int) (buffer << (8 - held)));
            }
        }
    }

    /** Writes one chunk, its checksum right. */
    static void chunk(ByteArrayOutputStream out, String name, byte[] data) {
        byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(letters);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(letters);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
