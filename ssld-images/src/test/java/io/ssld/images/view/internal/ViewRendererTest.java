package io.ssld.images.view.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ssld.base.internal.Digests;
import io.ssld.images.internal.Pixels;
import io.ssld.images.internal.TestImages;
import io.ssld.images.view.GoldenImages;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.Interpolation;
import io.ssld.images.view.View;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The digests are of what OpenCV 4.14.0 gave ({@code cv2.resize} with {@code INTER_LINEAR} on
 * {@code uint8}) for the pattern of {@link TestImages#pattern}: of the crop, or cropped from the
 * centre afterwards.
 */
class ViewRendererTest {

    private static byte[] render(Pixels image, View view, int height, int width) {
        byte[] out = new byte[3 * height * width];
        new ViewRenderer(new ImageSize(height, width)).render(image, view, out);
        return out;
    }

    private static View crop(int left, int top, int width, int height, boolean flip) {
        return new View(View.Order.CROP_THEN_RESIZE, left, top, width, height, flip);
    }

    private static String digest(byte[] bytes) {
        return HexFormat.of().toHexDigits(Digests.first8(bytes));
    }

    private static Pixels grey(int width, int... values) {
        byte[] rgb = new byte[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i / 3];
        }
        return new Pixels(width, values.length / width, rgb);
    }

    private static int[] red(byte[] rgb) {
        int[] red = new int[rgb.length / 3];
        for (int i = 0; i < red.length; i++) {
            red[i] = rgb[3 * i] & 0xFF;
        }
        return red;
    }

    @Test
    void render_twoPixelsToFour_mixesByHalfPixelCentres() {
        // Places -0.25, 0.25, 0.75, 1.25: the edge, 3/4 + 1/4, 1/4 + 3/4, the edge.
        byte[] out = render(grey(2, 0, 200), View.whole(2, 1), 1, 4);
        assertThat(red(out)).containsExactly(0, 50, 150, 200);
    }

    @Test
    void render_fourPixelsToTwo_takesTheMeanOfPairs() {
        byte[] out = render(grey(4, 10, 20, 100, 201), View.whole(4, 1), 1, 2);
        assertThat(red(out)).containsExactly(15, 151);
    }

    @Test
    void render_eightPixelsToTwo_skipsWhatIsFar() {
        // No antialias: places 1.5 and 5.5 see two pixels each and none of the others.
        byte[] out = render(grey(8, 255, 0, 0, 255, 255, 100, 102, 255), View.whole(8, 1), 1, 2);
        assertThat(red(out)).containsExactly(0, 101);
    }

    @Test
    void render_sameSize_copies() {
        Pixels image = TestImages.pattern(9, 7);
        assertThat(render(image, View.whole(9, 7), 7, 9)).isEqualTo(image.rgb());
    }

    @Test
    void render_flip_swapsLeftAndRight() {
        byte[] out = render(grey(3, 1, 2, 3, 4, 5, 6), crop(0, 0, 3, 2, true), 2, 3);
        assertThat(red(out)).containsExactly(3, 2, 1, 6, 5, 4);
    }

    @Test
    void render_cutFirst_seesNothingOutside() {
        byte[] out = render(grey(4, 0, 50, 60, 255), crop(1, 0, 2, 1, false), 1, 4);
        assertThat(red(out)).containsExactly(50, 53, 58, 60);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 5, 0, 0, 7, 5, 4, 3, false, d8e55d65cbfb2d90",
        "50, 37, 5, 3, 40, 30, 24, 16, false, bc1b24d9e1dfe876",
        "50, 37, 5, 3, 40, 30, 24, 16, true, ad1634ed9f4fd1ee",
        "20, 30, 2, 1, 17, 23, 64, 48, false, 01a844758fbafa6b",
        "64, 64, 0, 0, 64, 64, 32, 32, false, 39696629a7088bee",
        "97, 61, 10, 20, 3, 2, 33, 29, true, aad3958f79aed41e",
        "500, 375, 31, 17, 333, 251, 224, 224, false, b521837ae91793ea",
        "8, 8, 3, 3, 1, 1, 5, 5, false, 26b9e9480dc3c2b7",
    })
    void render_crop_isOpenCvs(
            int imageWidth,
            int imageHeight,
            int left,
            int top,
            int width,
            int height,
            int outWidth,
            int outHeight,
            boolean flip,
            String expected) {
        View view = crop(left, top, width, height, flip);
        byte[] out = render(TestImages.pattern(imageWidth, imageHeight), view, outHeight, outWidth);
        assertThat(digest(out)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "500, 375, 256, 224, 224, db2092bf767fe6e1",
        "375, 500, 256, 224, 224, e3e0a8d90f85df72",
        "28, 28, 32, 28, 28, a4de4827b6d562ea",
        "97, 61, 40, 33, 35, f519150d94895c58",
        "64, 64, 37, 32, 32, f504ec931735d823",
        "30, 20, 183, 160, 160, c7d64dc0cec3284c",
    })
    void render_centerCrop_isOpenCvs(
            int imageWidth,
            int imageHeight,
            int shortSide,
            int width,
            int height,
            String expected) {
        View view = View.centerCrop(imageWidth, imageHeight, shortSide, width, height);
        byte[] out = render(TestImages.pattern(imageWidth, imageHeight), view, height, width);
        assertThat(digest(out)).isEqualTo(expected);
    }

    static List<String[]> resizes() throws IOException {
        return GoldenImages.table("resizes.csv");
    }

    /** The table is Pillow's: see {@code golden.py} beside it. */
    @ParameterizedTest(name = "{0} {1} {2} x {3} to {4} x {5}")
    @MethodSource("resizes")
    void render_pillowInterpolation_isPillows(
            String text,
            String kind,
            int imageWidth,
            int imageHeight,
            int width,
            int height,
            String expected) {
        Pixels image = GoldenImages.of(kind, imageWidth, imageHeight);
        String[] words = text.split(" ", -1);
        View view =
                words[0].startsWith("crop")
                        ? View.parse(text)
                        : View.centerCrop(
                                        imageWidth,
                                        imageHeight,
                                        Integer.parseInt(words[0].substring("center:".length())),
                                        width,
                                        height)
                                .withInterpolation(
                                        words[1].equals("pillow-bicubic")
                                                ? Interpolation.PILLOW_BICUBIC
                                                : Interpolation.PILLOW_BILINEAR);
        assertThat(digest(render(image, view, height, width))).isEqualTo(expected);
    }

    @Test
    void render_pillowFlip_swapsLeftAndRight() {
        View view = View.parse("crop:0,0,3,2 flip pillow-bicubic");
        byte[] out = render(grey(3, 1, 2, 3, 4, 5, 6), view, 2, 3);
        assertThat(red(out)).containsExactly(3, 2, 1, 6, 5, 4);
    }

    @Test
    void render_boxInTheMargin_seesItsColour() {
        View view = View.parse("crop:-1,1,3,2 margin:1,090807");
        byte[] out = render(grey(3, 1, 2, 3, 4, 5, 6), view, 2, 3);
        assertThat(red(out)).containsExactly(9, 4, 5, 9, 9, 9);
        assertThat(out[2]).isEqualTo((byte) 7);
        View outside = View.parse("crop:-2,-2,2,2 margin:2,ff0000");
        assertThat(red(render(grey(1, 7), outside, 2, 2))).containsOnly(255);
    }

    @Test
    void render_ops_areAppliedInOrderAfterTheFlip() {
        View view = View.parse("crop:0,0,3,1 flip solarize:100 posterize:4");
        // 255 - 200 = 55 = 0x37, of which 0x30 = 48 stays; posterized first it would be 63.
        assertThat(red(render(grey(3, 200, 20, 99), view, 1, 3))).containsExactly(96, 16, 48);
    }

    @Test
    void render_viewOfALargerImage_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> render(grey(2, 1, 2), View.whole(3, 1), 1, 1))
                .withMessageContaining("view must lie in the image of 2 x 1");
    }
}
