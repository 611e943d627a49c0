package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.images.internal.Pixels;
import io.ssld.images.view.internal.ViewRenderer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A view that was written down and read back gives the pixels it gave. */
class ViewReplayTest {

    private static final int[][] SIZES = {
        {1, 1}, {2, 300}, {300, 2}, {3, 3}, {32, 32}, {97, 61}, {64, 80}
    };

    private static float[] pixels(ViewRenderer renderer, Pixels image, View view, ImageSize size) {
        byte[] bytes = new byte[size.bytes()];
        renderer.render(image, view, bytes);
        float[] values = new float[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (bytes[i] & 0xFF) / 127.5f - 1;
        }
        view.erased().forEach(box -> box.erase(values, 0, size));
        return values;
    }

    @Test
    void render_thousandViewsOfEverySampler_replayEqual() {
        List<Augmentation> samplers = new ArrayList<>(AugmentationTest.samplers());
        ImageSize size = new ImageSize(24, 20);
        ViewRenderer renderer = new ViewRenderer(size);
        List<View> drawn = new ArrayList<>();
        List<float[]> pixels = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int[] wh = SIZES[i % SIZES.length];
            View view = samplers.get(i % samplers.size()).draw(i / 3, i, wh[0], wh[1]);
            drawn.add(view);
            pixels.add(pixels(renderer, GoldenImages.smooth(wh[0], wh[1]), view, size));
        }
        assertThat(drawn.stream().filter(v -> !v.ops().isEmpty()).count()).isGreaterThan(300);
        assertThat(drawn.stream().filter(v -> !v.erased().isEmpty()).count()).isGreaterThan(150);
        // In another order, from several threads at once, with the buffers of earlier images.
        IntStream.range(0, 1000)
                .map(i -> 999 - i)
                .parallel()
                .forEach(
                        i -> {
                            View view = View.parse(drawn.get(i).toText());
                            assertThat(view).isEqualTo(drawn.get(i));
                            int[] wh = SIZES[i % SIZES.length];
                            Pixels image = GoldenImages.smooth(wh[0], wh[1]);
                            assertThat(pixels(renderer, image, view, size))
                                    .as(view.toText())
                                    .isEqualTo(pixels.get(i));
                        });
    }

    @Test
    void render_view_leavesTheImageAsItIs() {
        Pixels image = GoldenImages.smooth(30, 30);
        byte[] before = image.rgb().clone();
        View view = View.parse("crop:0,0,30,30 invert:0 sharpness:1.5 rotate:10,bilinear,000000");
        new ViewRenderer(new ImageSize(30, 30)).render(image, view, new byte[2700]);
        assertThat(image.rgb()).isEqualTo(before);
    }
}
