package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTextTest {

    @Test
    void toText_everyPart_isWrittenInOrder() {
        View view =
                new View(
                        View.Order.CROP_THEN_RESIZE,
                        -2,
                        3,
                        40,
                        30,
                        true,
                        Interpolation.PILLOW_BICUBIC,
                        new Margin(4, 0x00FF07),
                        List.of(
                                new PixelOp.Tone(PixelOp.Tone.Kind.SOLARIZE_ADD, 110),
                                new PixelOp.Color(PixelOp.Color.Kind.HUE, -0.25),
                                new PixelOp.Geometric(
                                        PixelOp.Geometric.Kind.TRANSLATE_X,
                                        0.1,
                                        PixelOp.Resampling.NEAREST,
                                        0x7c7468)),
                        List.of(
                                new ErasedBox(
                                        0.5, 0.25, 0, 1.0 / 3, ErasedBox.Fill.PIXEL_NORMAL, -7)));
        String text =
                "crop:-2,3,40,30 flip pillow-bicubic margin:4,00ff07 solarize-add:110 hue:-0.25"
                        + " translate-x:0.1,nearest,7c7468"
                        + " erase:0.5,0.25,0,0.3333333333333333,pixel-normal,-7";
        assertThat(view.toText()).isEqualTo(text);
        assertThat(View.parse(text)).isEqualTo(view);
    }

    @Test
    void toText_edgesBetweenPixels_comeBackEqual() {
        View view =
                View.centerCrop(500, 375, 256, 224, 200)
                        .withInterpolation(Interpolation.PILLOW_BILINEAR);
        assertThat(view.toText()).startsWith("resize-crop:").endsWith(" pillow-bilinear");
        assertThat(View.parse(view.toText())).isEqualTo(view);
        View negativeZero = new View(View.Order.RESIZE_THEN_CROP, -0.0, 0, 1e8, 1e-7, false);
        assertThat(View.parse(negativeZero.toText())).isEqualTo(negativeZero);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "flip",
                "crop:1,2,3",
                "crop:1,2,3,x",
                "crop:1,2,3,4  flip",
                "crop:1,2,3,4 flip flip",
                "crop:1,2,3,4 pillow-bicubic flip",
                "crop:1,2,3,4 invert:0 flip",
                "crop:1,2,3,4 margin:1,000000 margin:2,000000",
                "crop:1,2,3,4 margin:1,00000g",
                "crop:1,2,3,4 invert",
                "crop:1,2,3,4 invert:99999999999",
                "crop:1,2,3,4 sepia:1",
                "crop:1,2,3,4 rotate:1,lanczos,000000",
                "crop:1,2,3,4 rotate:1,bicubic",
                "crop:1,2,3,4 erase:0.1,0.1,0,0,noise,1",
                "crop:1,2,3,4 erase:0.1,0.1,0,0,zero,1 invert:0",
                "crop:1,2,3,4 erase:0.1,0.1,0,1,zero,1",
                "crop:0,0,1,1 opencv-bilinear",
            })
    void parse_notAView_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> View.parse(text));
    }

    @Test
    void parse_badPart_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> View.parse("crop:1,2,3,4 sepia:1"))
                .withMessage(
                        "view text must be a part of a view, but was \"sepia:1\"; write it with"
                                + " View.toText");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> View.parse("crop:1,2,3,4 posterize:9"))
                .withMessage("POSTERIZE level must be 0..8, but was 9");
    }
}
