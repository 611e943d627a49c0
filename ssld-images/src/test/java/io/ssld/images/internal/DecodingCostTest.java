package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ssld.images.internal.ImageDecoder.Choice;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that would cost hours or gigabytes. */
class DecodingCostTest {

    private static ImageDecoder decoder(Choice choice) {
        return new ImageDecoder(100_000_000, choice);
    }

    @Test
    void open_webpWithTwoImages_isRefused() throws IOException {
        byte[] one = CorpusFilesTest.file("webp-lossy.webp");
        // The second, which libwebp does not look at, tells a harmless size.
        ByteBuffer two = ByteBuffer.allocate(2 * one.length - 12).order(ByteOrder.LITTLE_ENDIAN);
        two.put(one).put(one, 12, one.length - 12).putInt(4, two.capacity() - 8);
        int sizes = indexOf(two.array(), 0x9D, 0x01, 0x2A) + 3;
        two.putShort(sizes, (short) 0x3FFF).putShort(sizes + 2, (short) 0x3FFF);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.OPENCV).open(two.array()))
                .withMessageContaining("it must have one image, but has 2");
    }

    @Test
    void open_webpOfAnotherKindBehind_isRefused() throws IOException {
        byte[] lossy = CorpusFilesTest.file("webp-lossy.webp");
        ByteBuffer two = ByteBuffer.allocate(lossy.length + 14).order(ByteOrder.LITTLE_ENDIAN);
        two.put(lossy).put("VP8L".getBytes(StandardCharsets.US_ASCII));
        two.putInt(5).put((byte) 0x2F).putInt(0).putInt(4, two.capacity() - 8);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.OPENCV).open(two.array()))
                .withMessageContaining("it must have one image, but has 2");
    }

    @Test
    void open_tiffOfAGiantTile_isRefused() throws IOException {
        byte[] tiff = tiff(100, 100, 65_536, 32_000, 3);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(tiff))
                .withMessage(
                        "decoding must go through at most 500000000 pixels, but TIFF of 100 x 100"
                                + " needs 2097152000; convert it");
        assertThat(decoder(Choice.PLAIN).open(tiff(100, 100, 256, 256, 3)).width()).isEqualTo(100);
    }

    @Test
    void open_tiffOfMemoryBeyondTheLimit_isRefused() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(tiff(100, 100, 20_000, 20_000, 3)))
                .withMessageStartingWith("decoding must take at most 1600000000 bytes of memory");
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(tiff(100, 100, 128, 128, 60_000)))
                .withMessageContaining("have few samples a pixel, but tag 277 is 60000");
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(tiff(100, 100, 0, 16, 3)))
                .withMessageContaining("have tiles, but tag 322 is 0");
    }

    @Test
    void open_tiffWhoseEntriesShareValues_isRefused() throws IOException {
        // 60,000 entries of 400,000 values each.
        int entries = 60_000;
        ByteBuffer file = ByteBuffer.allocate(800_000).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) entries);
        for (int i = 0; i < entries; i++) {
            file.putShort((short) 273).putShort((short) 3).putInt(390_000).putInt(0);
        }
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(file.array()))
                .withMessageContaining("values of far more bytes than the file has");
    }

    /** The JDK's reader takes the first width, a reader of the last would tell another size. */
    @ParameterizedTest
    @ValueSource(ints = {256, 257, 322})
    void open_tiffWithATagTwice_isRefused(int tag) {
        byte[] once = tiff(19, 6, 19, 6, 1);
        ByteBuffer file = ByteBuffer.allocate(212).order(ByteOrder.LITTLE_ENDIAN);
        file.put(once, 0, 8).putShort((short) 11).put(once, 10, 120);
        // Of another type than the first.
        file.putShort((short) tag).putShort((short) 3).putInt(1).putInt(1);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(file.array()))
                .withMessageContaining("TIFF must have each tag once, but has tags [" + tag + "]");
    }

    /**
     * The JDK's reader goes on four bytes behind such an entry, and takes what it meets for tags.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 14, 279})
    void open_tiffWithATypeThatTheFormatLacks_isRefused(int type) {
        byte[] known = tiff(19, 6, 19, 6, 1);
        ByteBuffer file = ByteBuffer.allocate(212).order(ByteOrder.LITTLE_ENDIAN);
        file.put(known, 0, 8).putShort((short) 11).put(known, 10, 120);
        file.putShort((short) 700).putShort((short) type).putInt(1).putInt(1);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(file.array()))
                .withMessageContaining("values of types 1 to 13, but has [" + type + "]");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 2000})
    void open_manyBaselineScans_isRefused(int scans) throws IOException {
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(manyScans(scans, new byte[0])))
                .withMessage("JPEG must have at most 64 scans, but has " + (scans + 1));
    }

    @Test
    void open_endOfImageInAComment_scansAreCountedBehindIt() throws IOException {
        byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 4, (byte) 0xFF, (byte) 0xD9};
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(manyScans(100, comment)))
                .withMessageStartingWith("JPEG must have at most 64 scans");
    }

    @Test
    void open_largeImageOfAFewScans_isRefusedForItsWork() throws IOException {
        byte[] jpeg = manyScans(20, new byte[0]);
        int frame = indexOf(jpeg, 0xFF, 0xC0);
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 6000).putShort(frame + 7, (short) 6000);
        assertThatIOException()
                .isThrownBy(() -> decoder(Choice.PLAIN).open(jpeg))
                .withMessage(
                        "decoding must go through at most 500000000 pixels, but JPEG of 6000 x 6000"
                                + " needs 756000000; convert it");
    }

    @Test
    void open_imagesBehindTheEnd_areNotCounted() throws IOException {
        byte[] jpeg = TestImages.encoded(image(), "jpg");
        ByteArrayOutputStream several = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            several.write(jpeg);
        }
        assertThat(decoder(Choice.PLAIN).decode(several.toByteArray()).rgb())
                .isEqualTo(decoder(Choice.PLAIN).decode(jpeg).rgb());
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "OPENCV"})
    void decode_pngWithSurplus_isDecodedByWhatStopsInTime(Choice choice) throws IOException {
        byte[] png = png(50, 40, 20, false);
        ImageDecoder decoder = decoder(choice);
        assertThat(decoder.decode(png).rgb()).isEqualTo(new byte[3 * 50 * 40]);
        assertThat(PngHeader.endsWithItsPixels(png)).isFalse();
        assertThat(PngHeader.endsWithItsPixels(png(50, 40, 0, false))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "OPENCV"})
    void decode_pngWithTextsThatInflate_isDecodedWithoutThem(Choice choice) throws IOException {
        byte[] png = png(50, 40, 0, true);
        assertThat(decoder(choice).decode(png).rgb()).isEqualTo(new byte[3 * 50 * 40]);
        assertThat(PngHeader.plain(png)).isEqualTo(png(50, 40, 0, false));
    }

    private static BufferedImage image() {
        return TestImages.buffered(TestImages.pattern(64, 48), BufferedImage.TYPE_3BYTE_BGR);
    }

    /** A baseline file whose first scan comes again and again. */
    private static byte[] manyScans(int more, byte[] between) throws IOException {
        byte[] jpeg = TestImages.encoded(image(), "jpg");
        int scan = indexOf(jpeg, 0xFF, 0xDA);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < more; i++) {
            all.write(between);
            all.write(jpeg, scan, jpeg.length - 2 - scan);
        }
        all.write(jpeg, jpeg.length - 2, 2);
        return all.toByteArray();
    }

    /** Black, with megabytes behind the pixels or in a text. */
    private static byte[] png(int width, int height, int surplus, boolean text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        PngFile.chunk(out, "IHDR", header.put(new byte[] {8, 2, 0, 0, 0}).array());
        if (text) {
            ByteArrayOutputStream words = new ByteArrayOutputStream();
            words.write(new byte[] {'a', 0, 0});
            words.write(packed(new byte[0], 8));
            PngFile.chunk(out, "zTXt", words.toByteArray());
        }
        PngFile.chunk(out, "IDAT", packed(new byte[(3 * width + 1) * height], surplus));
        PngFile.chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static byte[] packed(byte[] first, int megabytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
            out.write(first);
            for (int i = 0; i < megabytes; i++) {
                out.write(new byte[1 << 20]);
            }
        } finally {
            deflater.end();
        }
        return packed.toByteArray();
    }

    /** A directory and nothing behind it. */
    private static byte[] tiff(int width, int height, int tileWidth, int tileHeight, int samples) {
        int[][] entries = {
            {256, width},
            {257, height},
            {258, 8},
            {259, 8},
            {262, 2},
            {277, samples},
            {322, tileWidth},
            {323, tileHeight},
            {324, 8},
            {325, 10}
        };
        ByteBuffer file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
        }
        return Arrays.copyOf(file.array(), 200);
    }

    private static int indexOf(byte[] bytes, int... wanted) {
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            int same = 0;
            while (same < wanted.length && (bytes[i + same] & 0xFF) == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return i;
            }
        }
        throw new AssertionError("bytes not found");
    }
}
