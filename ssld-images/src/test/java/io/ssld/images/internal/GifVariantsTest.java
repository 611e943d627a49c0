package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ssld.base.internal.CounterRandom;
import io.ssld.images.internal.ImageDecoder.Choice;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GIF files by hand: frames smaller than the screen, interlaced, transparent, broken. */
class GifVariantsTest {

    private static final int COLORS = 8;
    private final ImageDecoder decoder = new ImageDecoder(100_000, Choice.PLAIN);

    /** Where the frame lies on its screen, and how it is stored. */
    private record Frame(
            int screenWidth,
            int screenHeight,
            int left,
            int top,
            int width,
            int height,
            boolean interlaced,
            int transparent,
            boolean localPalette) {

        int index(int x, int y) {
            return (x * 3 + y * 5) % COLORS;
        }

        byte[] write() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
            u16(out, screenWidth);
            u16(out, screenHeight);
            out.writeBytes(new byte[] {(byte) (localPalette ? 0 : 0x82), 0, 0});
            if (!localPalette) {
                out.writeBytes(palette());
            }
            // A comment before, and the block that tells the transparent colour.
            out.writeBytes(new byte[] {0x21, (byte) 0xFE, 2, 'h', 'i', 0});
            out.writeBytes(new byte[] {0x21, (byte) 0xF9, 4, (byte) (transparent < 0 ? 0 : 1)});
            out.writeBytes(new byte[] {0, 0, (byte) Math.max(0, transparent), 0, 0x2C});
            u16(out, left);
            u16(out, top);
            u16(out, width);
            u16(out, height);
            out.write((interlaced ? 0x40 : 0) | (localPalette ? 0x82 : 0));
            if (localPalette) {
                out.writeBytes(palette());
            }
            // Codes of 8 bits, and a clear code before they would become longer.
            out.write(7);
            ByteArrayOutputStream codes = new ByteArrayOutputStream();
            int count = 0;
            for (int y : rows()) {
                for (int x = 0; x < width; x++) {
                    if (count++ % 100 == 0) {
                        codes.write(128);
                    }
                    codes.write(index(x, y));
                }
            }
            codes.write(129);
            byte[] all = codes.toByteArray();
            for (int at = 0; at < all.length; at += 255) {
                int length = Math.min(255, all.length - at);
                out.write(length);
                out.write(all, at, length);
            }
            out.writeBytes(new byte[] {0, 0x3B});
            return out.toByteArray();
        }

        private int[] rows() {
            int[] rows = new int[height];
            int next = 0;
            for (int[] pass : new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}}) {
                for (int y = pass[0]; y < height; y += pass[1]) {
                    rows[next++] = y;
                }
            }
            if (!interlaced) {
                Arrays.setAll(rows, y -> y);
            }
            return rows;
        }

        private static byte[] palette() {
            byte[] palette = new byte[3 * COLORS];
            for (int i = 0; i < palette.length; i++) {
                palette[i] = (byte) (i * 9 + 4);
            }
            return palette;
        }

        private static void u16(ByteArrayOutputStream out, int value) {
            out.write(value);
            out.write(value >> 8);
        }

        byte[] expected() {
            byte[] rgb = new byte[3 * screenWidth * screenHeight];
            Arrays.fill(rgb, (byte) 0xFF);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int to = 3 * ((top + y) * screenWidth + left + x);
                    if (index(x, y) != transparent) {
                        System.arraycopy(palette(), 3 * index(x, y), rgb, to, 3);
                    }
                }
            }
            return rgb;
        }
    }

    private void assertRight(Frame frame) throws IOException {
        Pixels pixels = decoder.decode(frame.write());
        assertThat(pixels.width()).isEqualTo(frame.screenWidth());
        assertThat(pixels.height()).isEqualTo(frame.screenHeight());
        assertThat(pixels.rgb()).isEqualTo(frame.expected());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 17, 30})
    void decode_interlaced_putsRowsInPlace(int height) throws IOException {
        assertRight(new Frame(9, height, 0, 0, 9, height, true, -1, false));
        assertRight(new Frame(9, height, 0, 0, 9, height, false, -1, true));
    }

    @Test
    void decode_frameOnItsScreen_leavesTheRestWhite() throws IOException {
        assertRight(new Frame(12, 10, 3, 2, 7, 5, false, -1, false));
        assertRight(new Frame(12, 10, 5, 5, 7, 5, true, 6, true));
    }

    @Test
    void decode_transparentColor_isWhite() throws IOException {
        assertRight(new Frame(9, 6, 0, 0, 9, 6, false, 3, false));
        // Number 0 is a colour like any other.
        assertRight(new Frame(9, 6, 0, 0, 9, 6, false, 0, false));
    }

    @Test
    void decode_fullCodeTable_isRight() throws IOException {
        byte[] grey = new byte[256];
        for (int i = 0; i < 256; i++) {
            grey[i] = (byte) i;
        }
        IndexColorModel model = new IndexColorModel(8, 256, grey, grey, grey);
        BufferedImage noise = new BufferedImage(120, 100, BufferedImage.TYPE_BYTE_INDEXED, model);
        CounterRandom random = CounterRandom.of(3);
        byte[] expected = new byte[3 * 120 * 100];
        for (int i = 0; i < 120 * 100; i++) {
            int value = random.nextInt(256);
            noise.getRaster().setSample(i % 120, i / 120, 0, value);
            Arrays.fill(expected, 3 * i, 3 * i + 3, (byte) value);
        }
        assertThat(decoder.decode(TestImages.encoded(noise, "gif")).rgb()).isEqualTo(expected);
    }

    @Test
    void decode_broken_isRefused() {
        assertRefused(
                new Frame(9, 6, 1, 0, 9, 6, false, -1, false).write(),
                "frame must lie on the screen of 9 x 6, but is 9 x 6 at 1, 0");
        byte[] gif = new Frame(9, 6, 0, 0, 9, 6, false, -1, false).write();
        byte[] noPalette = gif.clone();
        noPalette[10] = 0;
        assertRefused(noPalette, "GIF must have a frame, but has none");
        byte[] unknownColor = gif.clone();
        unknownColor[gif.length - 5] = 8;
        assertRefused(unknownColor, "colour must be one of 8, but is 8");
        byte[] unknownCode = gif.clone();
        unknownCode[gif.length - 5] = (byte) 255;
        assertRefused(unknownCode, "damaged image: code 255 of 181");
        byte[] early = gif.clone();
        early[gif.length - 5] = (byte) 129;
        assertRefused(early, "file is truncated");
    }

    private void assertRefused(byte[] gif, String reason) {
        assertThatIOException().isThrownBy(() -> decoder.decode(gif)).withMessage(reason);
    }
}
