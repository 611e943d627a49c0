package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ssld.images.internal.ImageDecoder.Choice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BMP files by hand: every depth, rows from below and from the top. */
class BmpVariantsTest {

    private static final int WIDTH = 5;
    private static final int HEIGHT = 4;
    private final ImageDecoder decoder = new ImageDecoder(1000, Choice.PLAIN);

    private static int sample(int x, int y, int bits) {
        long value = (x * 0x9E3779B1L + y * 0x85EBCA77L) ^ 0x5A5A5A5AL;
        return (int) (value & ((1L << Math.min(bits, 32)) - 1));
    }

    /** A file without alpha, of the compression given: 0, or 3 with masks of 5, 6 and 5 bits. */
    private static byte[] bmp(int bits, boolean fromTop, int compression) {
        int colors = bits <= 8 ? 1 << bits : 0;
        int row = (WIDTH * bits + 31) / 32 * 4;
        int start = 54 + 4 * colors + (compression == 3 ? 12 : 0);
        ByteBuffer out = ByteBuffer.allocate(start + row * HEIGHT).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {'B', 'M'}).putInt(out.capacity()).putInt(0).putInt(start);
        out.putInt(40).putInt(WIDTH).putInt(fromTop ? -HEIGHT : HEIGHT);
        out.putShort((short) 1).putShort((short) bits).putInt(compression);
        out.putInt(0).putInt(0).putInt(0).putInt(colors).putInt(0);
        if (compression == 3) {
            out.putInt(0xF800).putInt(0x07E0).putInt(0x001F);
        }
        for (int i = 0; i < colors; i++) {
            out.put(new byte[] {(byte) (i * 3), (byte) (i * 5 + 1), (byte) (i * 7 + 2), 0});
        }
        for (int line = 0; line < HEIGHT; line++) {
            int y = fromTop ? line : HEIGHT - 1 - line;
            long buffer = 0;
            for (int x = 0; x < WIDTH; x++) {
                if (bits < 8) {
                    buffer |=
                            (long) sample(x, y, bits)
                                    << (8 * (x * bits / 8))
                                    << (8 - bits - x * bits % 8);
                } else {
                    for (int b = 0; b < bits; b += 8) {
                        out.put((byte) (sample(x, y, bits) >>> b));
                    }
                }
            }
            for (int i = 0; i < (WIDTH * bits + 7) / 8 && bits < 8; i++) {
                out.put((byte) (buffer >>> (8 * i)));
            }
            out.position(start + row * (line + 1));
        }
        return out.array();
    }

    private static int expected(int value, int bits, int compression, int channel) {
        if (bits <= 8) {
            return new int[] {value * 7 + 2, value * 5 + 1, value * 3}[channel] & 0xFF;
        }
        if (bits == 16) {
            int[] widths = compression == 3 ? new int[] {5, 6, 5} : new int[] {5, 5, 5};
            int[] shifts = compression == 3 ? new int[] {11, 5, 0} : new int[] {10, 5, 0};
            int max = (1 << widths[channel]) - 1;
            return Math.round((value >> shifts[channel] & max) * 255f / max);
        }
        return value >> (16 - 8 * channel) & 0xFF;
    }

    @ParameterizedTest
    @CsvSource({
        "1, false, 0",
        "4, false, 0",
        "8, false, 0",
        "16, false, 0",
        "24, false, 0",
        "32, false, 0",
        "1, true, 0",
        "4, true, 0",
        "8, true, 0",
        "16, true, 0",
        "24, true, 0",
        "32, true, 0",
        "16, false, 3",
        "16, true, 3"
    })
    void decode_everyDepth_isRight(int bits, boolean fromTop, int compression) throws IOException {
        byte[] rgb = decoder.decode(bmp(bits, fromTop, compression)).rgb();
        for (int i = 0; i < rgb.length; i++) {
            int value = sample(i / 3 % WIDTH, i / 3 / WIDTH, bits);
            assertThat(rgb[i] & 0xFF)
                    .as("sample %d", i)
                    .isEqualTo(expected(value, bits, compression, i % 3));
        }
    }

    @Test
    void decode_compressedOrOld_isRefused() {
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(bmp(8, false, 1)))
                .withMessage("BMP must be uncompressed, but has compression 1; convert it");
        byte[] old = bmp(24, false, 0);
        old[14] = 12;
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(old))
                .withMessageStartingWith("BMP must have a Windows header of 40 bytes");
    }
}
