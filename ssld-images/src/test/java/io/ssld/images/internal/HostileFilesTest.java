package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ssld.base.internal.CounterRandom;
import io.ssld.images.internal.ImageDecoder.Choice;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are broken, or made to break what reads them. */
class HostileFilesTest {

    private static ImageDecoder decoder(Choice choice) {
        return new ImageDecoder(100_000_000, choice);
    }

    /** Whole files of every format. */
    private static byte[] file(String name) throws IOException {
        return Objects.requireNonNull(files().get(name), name);
    }

    private static Map<String, byte[]> files() throws IOException {
        BufferedImage image =
                TestImages.buffered(TestImages.pattern(23, 17), BufferedImage.TYPE_3BYTE_BGR);
        return Map.of(
                "png", TestImages.encoded(image, "png"),
                "jpeg", TestImages.encoded(image, "jpg"),
                "bmp", TestImages.encoded(image, "bmp"),
                "gif", TestImages.encoded(image, "gif"),
                "tiff", TestImages.encoded(image, "tiff"),
                "progressive", CorpusFilesTest.file("jpeg-progressive.jpg"),
                "cmyk", CorpusFilesTest.file("jpeg-cmyk.jpg"),
                "lossy webp", CorpusFilesTest.file("webp-lossy.webp"),
                "lossless webp", CorpusFilesTest.file("webp-lossless-alpha.webp"));
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "OPENCV"})
    void decode_truncatedAtEveryTenth_isRefused(Choice choice) throws IOException {
        ImageDecoder decoder = decoder(choice);
        files().forEach(
                        (name, whole) -> {
                            for (int tenth = 0; tenth < 10; tenth++) {
                                byte[] part = Arrays.copyOf(whole, whole.length * tenth / 10);
                                assertThatIOException()
                                        .as("%s, %d tenths", name, tenth)
                                        .isThrownBy(() -> decoder.decode(part))
                                        .withMessageNotContaining("null");
                            }
                        });
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "OPENCV"})
    void decode_restIsZeros_isRefusedOrWholeSize(Choice choice) throws IOException {
        ImageDecoder decoder = decoder(choice);
        for (String name : List.of("png", "jpeg", "gif", "progressive", "cmyk")) {
            byte[] file = file(name);
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(file, file.length * 7 / 10), file.length);
            assertThatIOException().as(name).isThrownBy(() -> decoder.decode(zeros));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "OPENCV"})
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void decode_anyByteChanged_givesPixelsOrAnIOException(Choice choice) throws IOException {
        // Small, so that a changed size is refused before memory is taken.
        ImageDecoder decoder = new ImageDecoder(10_000, choice);
        CounterRandom random = CounterRandom.of(11);
        int decoded = 0;
        for (byte[] whole : files().values()) {
            for (int i = 0; i < 300; i++) {
                byte[] broken = whole.clone();
                broken[random.nextInt(Math.min(broken.length, 300))] = (byte) random.nextInt(256);
                try {
                    decoded += decoder.decode(broken).width() > 0 ? 1 : 0;
                } catch (IOException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
        assertThat(decoded).isBetween(1, 300 * files().size() - 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "OPENCV"})
    void decode_giantHeader_isRefusedBeforeMemoryIsTaken(Choice choice) throws IOException {
        ImageDecoder decoder = decoder(choice);
        byte[] jpeg = file("jpeg").clone();
        int frame = indexOf(jpeg, 0xFF, 0xC0);
        Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0xFF);
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(jpeg))
                .withMessage("image must have at most 100000000 pixels, but has 65535 x 65535");
        byte[] gif = file("gif").clone();
        Arrays.fill(gif, 6, 10, (byte) 0xFF);
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(gif))
                .withMessageStartingWith("image must have at most 100000000 pixels");
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(file("png"), 0, 8);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(10_001).putInt(10_000);
        PngFile.chunk(png, "IHDR", header.put(new byte[] {8, 2, 0, 0, 0}).array());
        PngFile.chunk(png, "IDAT", new byte[10]);
        PngFile.chunk(png, "IEND", new byte[0]);
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(png.toByteArray()))
                .withMessage("image must have at most 100000000 pixels, but has 10001 x 10000");
        byte[] tiff = CorpusFilesTest.file("tiff-raw.tif");
        assertThatIOException()
                .isThrownBy(() -> new ImageDecoder(19 * 13 - 1, choice).decode(tiff))
                .withMessage("image must have at most 246 pixels, but has 19 x 13");
    }

    @Test
    void decode_hundredMegapixelsWithinTheLimit_isRefusedForWantOfMemory() throws IOException {
        // One bit a pixel: 12.5 MB of pixels in the reader, 300 MB as RGB, more than half the heap.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file("png"), 0, 8);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(12_500).putInt(8_000);
        PngFile.chunk(out, "IHDR", header.put(new byte[] {1, 0, 0, 0, 0}).array());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream rows = new DeflaterOutputStream(packed)) {
            for (int y = 0; y < 8_000; y++) {
                rows.write(new byte[1 + (12_500 + 7) / 8]);
            }
        }
        PngFile.chunk(out, "IDAT", packed.toByteArray());
        PngFile.chunk(out, "IEND", new byte[0]);
        byte[] png = out.toByteArray();
        assertThat(png.length).isLessThan(100_000);
        ImageDecoder decoder = decoder(Choice.PLAIN);
        List<byte[]> heap = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            heap.add(new byte[100_000_000]);
        }
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(png))
                .withMessage(
                        "image of 12500 x 8000 needs more memory than there is; raise -Xmx or lower"
                                + " maxPixels");
        assertThat(heap).hasSize(3);
    }

    @Test
    void decode_manyScans_isRefused() throws IOException {
        byte[] jpeg = CorpusFilesTest.file("jpeg-progressive.jpg");
        int scan = indexOf(jpeg, 0xFF, 0xDA);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(jpeg, 0, scan);
        // The first scan, up to the next marker.
        int end = scan + 2;
        while (jpeg[end] != (byte) 0xFF || jpeg[end + 1] == 0) {
            end++;
        }
        for (int i = 0; i < 5000; i++) {
            bomb.write(jpeg, scan, end - scan);
        }
        bomb.write(jpeg, scan, jpeg.length - scan);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).decode(bomb.toByteArray()))
                .withMessageStartingWith("JPEG must have at most 64 scans, but has ");
    }

    @Test
    void decode_stripsBehindTheFile_isRefusedBeforeMemoryIsTaken() throws IOException {
        byte[] tiff = CorpusFilesTest.file("tiff-raw.tif");
        ByteBuffer bytes = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int directory = bytes.getInt(4);
        for (int i = 0; i < bytes.getShort(directory); i++) {
            int entry = directory + 2 + 12 * i;
            if (bytes.getShort(entry) == 279) {
                bytes.putShort(entry + 2, (short) 4).putInt(entry + 8, Integer.MAX_VALUE);
            }
        }
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).decode(tiff))
                .withMessage("file is truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "hello, this is text", "<svg xmlns='http://x'/>", "%PDF-1.7"})
    void decode_noImage_saysSo(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.AUTO).decode(bytes))
                .withMessage(text.isEmpty() ? "file is empty" : "not an image of a known format");
    }

    @Test
    void decode_magicAlone_isRefused() {
        for (ImageFormat format : ImageFormat.values()) {
            byte[] start =
                    switch (format) {
                        case JPEG -> new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};
                        case PNG -> new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
                        default -> format.name().getBytes(StandardCharsets.UTF_8);
                    };
            for (int length : new int[] {start.length, 200}) {
                byte[] file = Arrays.copyOf(start, length);
                assertThatIOException()
                        .as(format.name().toLowerCase(Locale.ROOT))
                        .isThrownBy(() -> decoder(Choice.AUTO).decode(file));
            }
        }
    }

    @Test
    void decode_regionOutside_isTheCallersFault() throws IOException {
        ImageFile file = decoder(Choice.PLAIN).open(file("jpeg"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.decode(new Box(20, 0, 4, 17)))
                .withMessageStartingWith("region must lie in the image of 23 x 17, but was ");
        assertThatIllegalArgumentException().isThrownBy(() -> new Box(0, 0, 0, 1));
    }

    private static int indexOf(byte[] bytes, int first, int second) {
        for (int i = 0; i < bytes.length - 1; i++) {
            if ((bytes[i] & 0xFF) == first && (bytes[i + 1] & 0xFF) == second) {
                return i;
            }
        }
        throw new AssertionError("marker not found");
    }
}
