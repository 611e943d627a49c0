package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ssld.base.internal.CounterRandom;
import io.ssld.images.internal.ImageDecoder.Choice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of PNG that there is, on both decoders, against what its samples mean. */
class PngVariantsTest {

    private static final int WIDTH = 11;
    private static final int HEIGHT = 9;
    private static final byte[] NONE = {};

    /** What the PNG specification calls the type, and how samples become colours. */
    record Variant(PngFile file, boolean keyed, Choice choice) {

        @Override
        public String toString() {
            return "type "
                    + file.type()
                    + " of "
                    + file.bits()
                    + " bits"
                    + (file.interlaced() ? ", interlaced" : "")
                    + (keyed ? ", tRNS, " : ", ")
                    + choice;
        }
    }

    static Stream<Arguments> variants() {
        int[][] kinds = {
            {0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4},
            {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16}
        };
        return Arrays.stream(kinds)
                .flatMap(
                        kind ->
                                Stream.of(false, true)
                                        .flatMap(
                                                interlaced ->
                                                        Stream.of(false, true)
                                                                .filter(
                                                                        keyed ->
                                                                                !keyed
                                                                                        || kind[0]
                                                                                                < 4)
                                                                .map(
                                                                        keyed ->
                                                                                file(
                                                                                        kind[0],
                                                                                        kind[1],
                                                                                        interlaced,
                                                                                        keyed))))
                .flatMap(
                        file ->
                                Stream.of(Choice.PLAIN, Choice.OPENCV)
                                        .map(
                                                choice ->
                                                        Arguments.of(
                                                                new Variant(
                                                                        file,
                                                                        file.transparency().length
                                                                                > 0,
                                                                        choice))));
    }

    private static PngFile file(int type, int bits, boolean interlaced, boolean keyed) {
        int colors = 1 << Math.min(bits, 8);
        byte[] palette = NONE;
        byte[] transparency = NONE;
        if (type == 3) {
            palette = new byte[3 * colors];
            for (int i = 0; i < palette.length; i++) {
                palette[i] = (byte) (i * 89 + 7);
            }
        }
        if (keyed && type == 3) {
            // Shorter than the palette where it can be: the rest is opaque.
            transparency = new byte[Math.max(1, colors / 2)];
            for (int i = 0; i < transparency.length; i++) {
                transparency[i] = (byte) (i * 50);
            }
        } else if (keyed) {
            ByteBuffer key = ByteBuffer.allocate(type == 2 ? 6 : 2);
            int[] samples = samples(type == 2 ? 3 : 1, bits);
            while (key.hasRemaining()) {
                key.putShort((short) samples[key.position() / 2]);
            }
            transparency = key.array();
        }
        return new PngFile(type, bits, interlaced, palette, transparency);
    }

    private static int[] samples(int channels, int bits) {
        CounterRandom random = CounterRandom.of(channels, bits);
        int[] samples = new int[WIDTH * HEIGHT * channels];
        Arrays.setAll(samples, i -> random.nextInt(1 << bits));
        return samples;
    }

    private static byte[] expected(PngFile file, int[] samples) {
        int channels = file.channels();
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int[] pixel = Arrays.copyOfRange(samples, i * channels, (i + 1) * channels);
            int alpha = alpha(file, pixel);
            for (int c = 0; c < 3; c++) {
                int value =
                        switch (file.type()) {
                            case 3 -> file.palette()[3 * pixel[0] + c] & 0xFF;
                            case 0, 4 -> eight(pixel[0], file.bits());
                            default -> eight(pixel[c], file.bits());
                        };
                rgb[3 * i + c] = (byte) Math.round((value * alpha + 255.0 * (255 - alpha)) / 255.0);
            }
        }
        return rgb;
    }

    private static int alpha(PngFile file, int[] pixel) {
        byte[] key = file.transparency();
        if (file.type() == 4 || file.type() == 6) {
            return eight(pixel[pixel.length - 1], file.bits());
        }
        if (key.length == 0) {
            return 255;
        }
        if (file.type() == 3) {
            return pixel[0] < key.length ? key[pixel[0]] & 0xFF : 255;
        }
        ByteBuffer colors = ByteBuffer.wrap(key);
        for (int sample : pixel) {
            if ((colors.getShort() & 0xFFFF) != sample) {
                return 255;
            }
        }
        return 0;
    }

    private static int eight(int sample, int bits) {
        return bits == 16 ? sample >> 8 : sample * 255 / ((1 << bits) - 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void decode_everyKind_isRight(Variant variant) throws IOException {
        PngFile file = variant.file();
        int[] samples = samples(file.channels(), file.bits());
        byte[] png = file.write(WIDTH, HEIGHT, samples);
        Pixels pixels = new ImageDecoder(1000, variant.choice()).decode(png);
        assertThat(pixels.width()).isEqualTo(WIDTH);
        assertThat(pixels.rgb()).isEqualTo(expected(file, samples));
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "OPENCV"})
    void decode_anyBitFlipped_isRefusedOrRight(Choice choice) throws IOException {
        ImageDecoder decoder = new ImageDecoder(1000, choice);
        PngFile file = file(2, 8, false, false);
        int[] samples = samples(3, 8);
        byte[] png = file.write(WIDTH, HEIGHT, samples);
        byte[] right = expected(file, samples);
        for (int at = 0; at < png.length; at++) {
            byte[] flipped = png.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            assertThatIOException().as("byte %d", at).isThrownBy(() -> decoder.decode(flipped));
        }
        assertThat(decoder.decode(png).rgb()).isEqualTo(right);
    }

    @Test
    void decode_exifChunk_turnsTheImage() throws IOException {
        int[] samples = samples(3, 8);
        byte[] png = file(2, 8, false, false).write(WIDTH, HEIGHT, samples);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(png, 0, 8 + 25);
        byte[] exif =
                ByteBuffer.allocate(26)
                        .put(new byte[] {'M', 'M', 0, 42})
                        .putInt(8)
                        .putShort((short) 1)
                        .putShort((short) 274)
                        .putShort((short) 3)
                        .putInt(1)
                        .putShort((short) 8)
                        .array();
        PngFile.chunk(out, "eXIf", exif);
        out.write(png, 8 + 25, png.length - 8 - 25);
        for (Choice choice : Choice.values()) {
            Pixels pixels = new ImageDecoder(1000, choice).decode(out.toByteArray());
            assertThat(pixels.width()).isEqualTo(HEIGHT);
            // Turned to the left: what was the upper right corner comes first.
            assertThat(pixels.rgb()[0]).isEqualTo((byte) samples[3 * (WIDTH - 1)]);
        }
    }
}
