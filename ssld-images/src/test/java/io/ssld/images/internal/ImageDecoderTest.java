package io.ssld.images.internal;

import static java.awt.image.BufferedImage.TYPE_3BYTE_BGR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import io.ssld.base.internal.CounterRandom;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

    private static final Pixels PATTERN = TestImages.pattern(23, 17);

    private final ImageDecoder decoder = new ImageDecoder(1_000_000);

    private static BufferedImage picture() {
        return TestImages.buffered(PATTERN, TYPE_3BYTE_BGR);
    }

    /** A smooth picture, on which JPEG loses little. */
    private static BufferedImage smooth() {
        byte[] rgb = new byte[3 * 64 * 48];
        for (int i = 0; i < rgb.length / 3; i++) {
            rgb[3 * i] = (byte) (4 * (i % 64));
            rgb[3 * i + 1] = (byte) (5 * (i / 64));
            rgb[3 * i + 2] = (byte) 128;
        }
        return TestImages.buffered(new Pixels(64, 48, rgb), TYPE_3BYTE_BGR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff"})
    void decode_losslessRgb_givesThePixels(String format) throws IOException {
        Pixels pixels = decoder.decode(TestImages.encoded(picture(), format));
        assertThat(pixels.width()).isEqualTo(23);
        assertThat(pixels.height()).isEqualTo(17);
        assertThat(pixels.rgb()).isEqualTo(PATTERN.rgb());
    }

    @Test
    void decode_jpeg_isClose() throws IOException {
        Pixels pixels = decoder.decode(TestImages.encoded(smooth(), "jpg"));
        assertThat(pixels.width()).isEqualTo(64);
        int at = 3 * (20 * 64 + 30);
        assertThat(pixels.rgb()[at] & 0xFF).isCloseTo(120, within(8));
        assertThat(pixels.rgb()[at + 1] & 0xFF).isCloseTo(100, within(8));
        assertThat(pixels.rgb()[at + 2] & 0xFF).isCloseTo(128, within(8));
    }

    @Test
    void decode_jpegWithStrayBytesBetweenSegments_isReadAsWithout() throws IOException {
        byte[] clean = TestImages.encoded(smooth(), "jpg");
        int second = 4 + (((clean[4] & 0xFF) << 8) | (clean[5] & 0xFF));
        ByteArrayOutputStream stray = new ByteArrayOutputStream();
        stray.write(clean, 0, second);
        // What is no marker, and what is data: libjpeg, and so Pillow, skips both.
        stray.write(new byte[] {0, 17, (byte) 0xFF, 0, 42});
        stray.write(clean, second, clean.length - second);
        assertThat(decoder.decode(stray.toByteArray()).rgb())
                .isEqualTo(decoder.decode(clean).rgb());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp"})
    void decode_grey_keepsTheSamples(String format) throws IOException {
        // getRGB would give 188 for 128: Java takes grey for linear light.
        BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        Arrays.fill(((DataBufferByte) grey.getRaster().getDataBuffer()).getData(), (byte) 128);
        assertThat(decoder.decode(TestImages.encoded(grey, format)).rgb())
                .hasSize(192)
                .containsOnly((byte) 128);
    }

    @Test
    void decode_sixteenBits_keepsTheUpperEight() throws IOException {
        BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        grey.getRaster().setPixels(0, 0, 2, 1, new int[] {0x12FF, 0xFE01});
        assertThat(decoder.decode(TestImages.encoded(grey, "png")).rgb())
                .containsExactly(0x12, 0x12, 0x12, 0xFE, 0xFE, 0xFE);
        WritableRaster raster =
                Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 1, 1, 3, null);
        raster.setPixel(0, 0, new int[] {0x1234, 0x5678, 0x9ABC});
        ComponentColorModel model =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        false,
                        false,
                        1,
                        DataBuffer.TYPE_USHORT);
        BufferedImage rgb = new BufferedImage(model, raster, false, null);
        assertThat(decoder.decode(TestImages.encoded(rgb, "png")).rgb())
                .containsExactly(0x12, 0x56, 0x9A);
    }

    @Test
    void decode_transparent_isLaidOnWhite() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00102030);
        image.setRGB(1, 0, 0xFF102030);
        image.setRGB(2, 0, 0x80000000);
        assertThat(decoder.decode(TestImages.encoded(image, "png")).rgb())
                .containsExactly(255, 255, 255, 0x10, 0x20, 0x30, 127, 127, 127);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "gif", "bmp"})
    void decode_palette_looksUpColors(String format) throws IOException {
        // All 256 colours: the JDK's BMP writer mixes up the pixels of shorter palettes.
        byte[] red = Arrays.copyOf(new byte[] {0, 10, (byte) 200, (byte) 255}, 256);
        byte[] green = Arrays.copyOf(new byte[] {1, 20, 100, 0}, 256);
        byte[] blue = Arrays.copyOf(new byte[] {2, 30, 50, 9}, 256);
        IndexColorModel model = new IndexColorModel(8, 256, red, green, blue);
        BufferedImage image = new BufferedImage(1, 5, BufferedImage.TYPE_BYTE_INDEXED, model);
        image.getRaster().setPixels(0, 0, 1, 5, new int[] {3, 2, 1, 0, 3});
        assertThat(decoder.decode(TestImages.encoded(image, format)).rgb())
                .containsExactly(255, 0, 9, 200, 100, 50, 10, 20, 30, 0, 1, 2, 255, 0, 9);
    }

    @Test
    void decode_fewBits_spreadsThem() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        image.setRGB(1, 0, 0xFFFFFFFF);
        assertThat(decoder.decode(TestImages.encoded(image, "png")).rgb())
                .containsExactly(0, 0, 0, 255, 255, 255);
        BufferedImage packed = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_555_RGB);
        packed.setRGB(0, 0, 0xFFFF0084);
        assertThat(decoder.decode(TestImages.encoded(packed, "bmp")).rgb())
                .containsExactly(255, 0, 132);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tiff"})
    void decode_truncated_isRefused(String format) throws IOException {
        byte[] whole = TestImages.encoded(smooth(), format);
        for (int percent : new int[] {10, 50, 90}) {
            byte[] part = Arrays.copyOf(whole, whole.length * percent / 100);
            assertThatIOException().as(percent + " %").isThrownBy(() -> decoder.decode(part));
        }
    }

    @Test
    void decode_noImage_saysWhy() {
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(new byte[0]))
                .withMessage("file is empty");
        assertThatIOException()
                .isThrownBy(() -> decoder.decode("hello".getBytes(StandardCharsets.UTF_8)))
                .withMessage("not an image of a known format");
    }

    @Test
    void decode_tooManyPixels_isRefusedByTheHeader() throws IOException {
        byte[] png = TestImages.encoded(picture(), "png");
        assertThatIOException()
                .isThrownBy(() -> new ImageDecoder(23 * 17 - 1).decode(png))
                .withMessage("image must have at most 390 pixels, but has 23 x 17");
        assertThat(new ImageDecoder(23 * 17).decode(png).width()).isEqualTo(23);
        // A header that claims 2^31 - 1 squared: refused, not allocated.
        byte[] bomb = png.clone();
        Arrays.fill(bomb, 16, 24, (byte) 0xFF);
        bomb[16] = 0x7F;
        bomb[20] = 0x7F;
        assertThatIOException().isThrownBy(() -> decoder.decode(bomb));
    }

    @Test
    void decode_anyByteBroken_givesPixelsOrAnIOException() throws IOException {
        for (String format : new String[] {"png", "jpg", "gif", "bmp", "tiff"}) {
            byte[] whole = TestImages.encoded(picture(), format);
            CounterRandom random = CounterRandom.of(11);
            for (int i = 0; i < 300; i++) {
                byte[] broken = whole.clone();
                broken[random.nextInt(Math.min(broken.length, 200))] = (byte) random.nextInt(256);
                try {
                    assertThat(decoder.decode(broken).rgb()).isNotNull();
                } catch (IOException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
    }
}
