package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ssld.images.internal.Pixels;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table is Pillow's: see {@code golden.py} beside it. */
class PixelOpTest {

    static List<String[]> operations() throws IOException {
        return GoldenImages.table("ops.csv");
    }

    @ParameterizedTest(name = "{0} {1} {2} x {3}")
    @MethodSource("operations")
    void apply_isPillows(String op, String kind, int width, int height, String expected) {
        Pixels image = GoldenImages.of(kind, width, height);
        assertThat(GoldenImages.digest(applied(image, ViewText.parseOp(op)))).isEqualTo(expected);
    }

    private static byte[] applied(Pixels image, PixelOp op) {
        Raster raster = new Raster();
        // A larger image before it: what it left in the buffers must not be seen.
        raster.load(GoldenImages.smooth(70, 70).rgb(), 70, 70);
        raster.apply(new PixelOp.Color(PixelOp.Color.Kind.SHARPNESS, 1.5));
        raster.load(image.rgb(), image.width(), image.height());
        raster.apply(op);
        byte[] out = new byte[image.rgb().length];
        raster.store(out);
        return out;
    }

    @Test
    void op_strengthOutOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PixelOp.Tone(PixelOp.Tone.Kind.POSTERIZE, 9))
                .withMessage("POSTERIZE level must be 0..8, but was 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PixelOp.Tone(PixelOp.Tone.Kind.INVERT, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PixelOp.Color(PixelOp.Color.Kind.HUE, 0.51))
                .withMessage("HUE strength must be in -0.5..0.5, but was 0.51");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PixelOp.Color(PixelOp.Color.Kind.CONTRAST, Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new PixelOp.Geometric(
                                        PixelOp.Geometric.Kind.TRANSLATE_X,
                                        1.1,
                                        PixelOp.Resampling.NEAREST,
                                        0));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new PixelOp.Geometric(
                                        PixelOp.Geometric.Kind.ROTATE,
                                        1,
                                        PixelOp.Resampling.NEAREST,
                                        0x1000000))
                .withMessageContaining("colour must be");
    }
}
