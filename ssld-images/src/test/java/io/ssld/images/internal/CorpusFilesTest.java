package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ssld.images.internal.ImageDecoder.Choice;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of the corpus folder, whose README says how they were made, on both decoders. */
class CorpusFilesTest {

    /** What a file that is refused says of itself. */
    private static final Map<String, String> REFUSED =
            Map.of(
                    "jpeg-12-bit.jpg", "JPEG must have 8 bits a sample, but has 12",
                    "jpeg-arithmetic.jpg", "JPEG must be baseline or progressive with Huffman",
                    "jpeg-damaged.jpg", "damaged image: ",
                    "tiff-cmyk.tif", "TIFF must be grey, RGB or palette, but is CMYK",
                    "tiff-float.tif", "TIFF must have whole samples",
                    "tiff-jpeg.tif", "TIFF must be compressed without loss, but tag 259 is 7",
                    "webp-animated.webp", "WebP must be a still image, but is animated");

    private static Path folder() {
        try {
            return Path.of(
                    Objects.requireNonNull(CorpusFilesTest.class.getResource("corpus")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All images of the corpus. */
    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(jpg|webp|tif|gif|bmp)"))
                    .sorted()
                    .toList();
        }
    }

    static byte[] file(String name) throws IOException {
        // As a stream: tests of other modules find the corpus in a jar.
        try (InputStream in = CorpusFilesTest.class.getResourceAsStream("corpus/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    static Stream<Arguments> onBothDecoders() throws IOException {
        return names().stream()
                .flatMap(
                        name ->
                                Stream.of(Choice.PLAIN, Choice.OPENCV)
                                        .map(choice -> Arguments.of(name, choice)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("onBothDecoders")
    void decode_corpusFile_isRightOrRefused(String name, Choice choice) throws IOException {
        ImageDecoder decoder = new ImageDecoder(1_000_000, choice);
        byte[] file = file(name);
        String reason = REFUSED.get(name);
        if (reason == null && choice == Choice.PLAIN && name.startsWith("webp")) {
            reason = "WebP needs OpenCV, which is not used; put org.openpnp:opencv";
        }
        if (reason != null) {
            assertThatIOException()
                    .isThrownBy(() -> decoder.decode(file))
                    .withMessageStartingWith(reason);
            return;
        }
        ByteBuffer expected = ByteBuffer.wrap(file(name + ".rgb"));
        int width = expected.getInt();
        int height = expected.getInt();
        ImageFile opened = decoder.open(file);
        assertThat(opened.width()).isEqualTo(width);
        assertThat(opened.height()).isEqualTo(height);
        Pixels pixels = opened.decode();
        assertThat(pixels.width()).isEqualTo(width);
        assertThat(pixels.height()).isEqualTo(height);
        int worst = 0;
        for (byte value : pixels.rgb()) {
            worst = Math.max(worst, Math.abs((value & 0xFF) - (expected.get() & 0xFF)));
        }
        assertThat(worst).isLessThanOrEqualTo(1);
        assertThat(expected.hasRemaining()).isFalse();
        assertEveryRegionEqual(opened, pixels);
    }

    private static void assertEveryRegionEqual(ImageFile file, Pixels whole) throws IOException {
        int width = whole.width();
        int height = whole.height();
        for (Box box :
                List.of(
                        new Box(0, 0, 1, 1),
                        new Box(width - 1, height - 1, 1, 1),
                        new Box(3, 2, width - 5, height - 4),
                        new Box(width / 2, 0, 2, height),
                        new Box(0, height / 2, width, 3))) {
            assertThat(file.decode(box).rgb()).as("%s", box).isEqualTo(whole.cut(box).rgb());
        }
    }

    @Test
    void names_coverTheCorpus() throws IOException {
        assertThat(names()).hasSizeGreaterThan(60).containsAll(REFUSED.keySet());
    }
}
