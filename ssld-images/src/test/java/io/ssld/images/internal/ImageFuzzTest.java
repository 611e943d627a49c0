package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ssld.images.internal.ImageDecoder.Choice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of each format, damaged: pixels of the size that the header tells, or one IOException.
 *
 * <p>In a build, whole files of the corpus and the findings of old are tried. To search for others:
 * {@code JAZZER_FUZZ=1 mvn -pl ssld-images -am test -Djazzer.hooks=true
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ImageFuzzTest#gif}, and so on: one format at a
 * time.
 */
class ImageFuzzTest {

    /** Small, so that what is searched is the readers and not the memory. */
    private static final ImageDecoder DECODER = new ImageDecoder(20_000, Choice.PLAIN);

    static Stream<byte[]> jpegs() throws IOException {
        return seeds("jpg", "jpeg-");
    }

    static Stream<byte[]> pngs() throws IOException {
        return seeds("png", "png-");
    }

    static Stream<byte[]> gifs() throws IOException {
        return seeds("gif", "gif-");
    }

    static Stream<byte[]> bmps() throws IOException {
        return seeds("bmp", "bmp-");
    }

    static Stream<byte[]> tiffs() throws IOException {
        return seeds("tiff", "tiff-");
    }

    static Stream<byte[]> webps() throws IOException {
        return seeds(null, "webp-");
    }

    @MethodSource("jpegs")
    @FuzzTest(maxDuration = "5m")
    void jpeg(byte[] bytes) {
        decodeOrRefuse(bytes, ImageFormat.JPEG);
    }

    @MethodSource("pngs")
    @FuzzTest(maxDuration = "5m")
    void png(byte[] bytes) {
        decodeOrRefuse(bytes, ImageFormat.PNG);
        decodeOrRefuse(withChecksums(bytes), ImageFormat.PNG);
    }

    @MethodSource("gifs")
    @FuzzTest(maxDuration = "5m")
    void gif(byte[] bytes) {
        decodeOrRefuse(bytes, ImageFormat.GIF);
    }

    @MethodSource("bmps")
    @FuzzTest(maxDuration = "5m")
    void bmp(byte[] bytes) {
        decodeOrRefuse(bytes, ImageFormat.BMP);
    }

    @MethodSource("tiffs")
    @FuzzTest(maxDuration = "5m")
    void tiff(byte[] bytes) {
        decodeOrRefuse(bytes, ImageFormat.TIFF);
    }

    /** The header alone: below it is OpenCV's native code. */
    @MethodSource("webps")
    @FuzzTest(maxDuration = "5m")
    void webp(byte[] bytes) {
        try {
            ImageHeader header = ImageFile.explained(() -> WebpHeader.read(bytes));
            assertThat(header.width()).isBetween(1, 1 << 14);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    /** The readers that the formats' headers refer to are tried whatever the first bytes are. */
    private static void decodeOrRefuse(byte[] bytes, ImageFormat format) {
        if (ImageFormat.of(Bytes.bigEndian(bytes)) != format) {
            return;
        }
        try {
            ImageFile file = DECODER.open(bytes);
            Pixels pixels = file.decode();
            assertThat(pixels.width()).isEqualTo(file.width());
            assertThat(pixels.height()).isEqualTo(file.height());
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    /** Chunks with the checksums of what they hold: no search finds those by itself. */
    private static byte[] withChecksums(byte[] png) {
        ByteBuffer file = ByteBuffer.wrap(png.clone());
        for (int at = 8; at + 12 <= png.length; ) {
            int length = file.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                break;
            }
            CRC32 crc = new CRC32();
            crc.update(file.array(), at + 4, length + 4);
            file.putInt(at + 8 + length, (int) crc.getValue());
            at += 12 + length;
        }
        return file.array();
    }

    private static Stream<byte[]> seeds(@Nullable String written, String prefix)
            throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        if (written != null) {
            Pixels pattern = TestImages.pattern(23, 17);
            seeds.add(
                    TestImages.encoded(
                            TestImages.buffered(pattern, BufferedImage.TYPE_3BYTE_BGR), written));
        }
        for (String name : CorpusFilesTest.names()) {
            if (name.startsWith(prefix)) {
                seeds.add(CorpusFilesTest.file(name));
            }
        }
        return seeds.stream();
    }
}
