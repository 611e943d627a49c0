package io.ssld.zoo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import io.ssld.images.internal.Pixels;
import io.ssld.images.view.Interpolation;
import io.ssld.zoo.Preprocessing;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pixels as OpenCV and Pillow compute them; golden.py beside the golden file made it. */
class ImagePreparerTest {

    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> ONE = List.of(1.0, 1.0, 1.0);

    record Case(
            String interpolation,
            int height,
            int width,
            int resizeShort,
            int crop,
            List<Integer> pixels) {

        Preprocessing preprocessing() {
            Interpolation how =
                    interpolation.equals("BICUBIC")
                            ? Interpolation.PILLOW_BICUBIC
                            : Interpolation.OPENCV_BILINEAR;
            return new Preprocessing(resizeShort, crop, how, ZERO, ONE);
        }
    }

    static List<Case> cases() throws Exception {
        try (Reader reader =
                new InputStreamReader(
                        Objects.requireNonNull(
                                ImagePreparerTest.class.getResourceAsStream("preprocessing.json")),
                        StandardCharsets.UTF_8)) {
            return List.of(new Gson().fromJson(reader, Case[].class));
        }
    }

    private static Pixels image(int height, int width) {
        byte[] rgb = new byte[Pixels.CHANNELS * height * width];
        int i = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < Pixels.CHANNELS; c++) {
                    rgb[i++] = (byte) (x * x * 7 + y * 13 + x * y * 3 + c * 50);
                }
            }
        }
        return new Pixels(width, height, rgb);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void crop_anySize_byteForByteAsTheOriginal(Case golden) {
        Pixels result =
                ImagePreparer.crop(golden.preprocessing(), image(golden.height(), golden.width()));
        int[] actual = new int[result.rgb().length];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = result.rgb()[i] & 0xff;
        }
        assertThat(actual)
                .containsExactly(golden.pixels().stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void normalize_channelsApart_valuesAsTheFormula() {
        Preprocessing how =
                new Preprocessing(
                        2,
                        1,
                        Interpolation.OPENCV_BILINEAR,
                        List.of(0.485, 0.456, 0.406),
                        List.of(0.229, 0.224, 0.225));
        Pixels pixels = new Pixels(2, 1, new byte[] {0, (byte) 255, 51, 102, 0, (byte) 200});
        float[] values = ImagePreparer.normalize(how, pixels);
        double[] expected = {
            -0.485 / 0.229,
            (0.4 - 0.485) / 0.229,
            (1 - 0.456) / 0.224,
            -0.456 / 0.224,
            (0.2 - 0.406) / 0.225,
            (200 / 255.0 - 0.406) / 0.225
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) values[i]).isCloseTo(expected[i], within(1e-6));
        }
    }
}
