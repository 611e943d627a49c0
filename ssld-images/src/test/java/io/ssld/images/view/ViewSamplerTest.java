package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ViewSamplerTest {

    private static final int DRAWS = 20_000;

    private static List<View> draws(ViewSampler sampler, int width, int height) {
        return IntStream.range(0, DRAWS).mapToObj(i -> sampler.draw(i, 3, width, height)).toList();
    }

    @Test
    void draw_anyOrderOrThread_givesTheSame() {
        ViewSampler sampler = ViewSampler.builder().build();
        List<View> views = draws(sampler, 500, 375);
        List<View> parallel =
                IntStream.range(0, DRAWS)
                        .parallel()
                        .mapToObj(i -> sampler.draw(DRAWS - 1 - i, 3, 500, 375))
                        .toList();
        for (int i = 0; i < DRAWS; i++) {
            assertThat(parallel.get(DRAWS - 1 - i)).isEqualTo(views.get(i));
        }
    }

    @Test
    void draw_otherSeedImageOrNumber_givesAnother() {
        View view = ViewSampler.builder().optSeed(7).build().draw(1, 2, 500, 375);
        assertThat(ViewSampler.builder().optSeed(7).build().draw(1, 2, 500, 375)).isEqualTo(view);
        assertThat(ViewSampler.builder().optSeed(8).build().draw(1, 2, 500, 375))
                .isNotEqualTo(view);
        assertThat(ViewSampler.builder().optSeed(7).build().draw(2, 1, 500, 375))
                .isNotEqualTo(view);
    }

    @Test
    void draw_recordedEarlier_staysTheSameAcrossReleases() {
        // Label stores depend on it: this test must never need a new value.
        assertThat(ViewSampler.builder().optSeed(42).build().draw(0x0123456789ABCDEFL, 5, 500, 375))
                .isEqualTo(new View(View.Order.CROP_THEN_RESIZE, 5, 22, 337, 351, false));
    }

    @Test
    void draw_defaults_haveTheRangesOfPaddle() {
        List<View> views = draws(ViewSampler.builder().build(), 500, 400);
        assertThat(views)
                .allSatisfy(
                        v -> {
                            double area = v.width() * v.height() / (500 * 400);
                            assertThat(area).isBetween(0.0785, 1.0);
                            assertThat(v.width() / v.height()).isBetween(0.74, 1.345);
                            assertThat(v.left() + v.width()).isLessThanOrEqualTo(500);
                            assertThat(v.top() + v.height()).isLessThanOrEqualTo(400);
                        });
        // Uniform ratios of 3/4..4/3 have mean 25/24; log-uniform ones would have 1.0139.
        assertThat(views.stream().mapToDouble(v -> v.width() / v.height()).average().orElseThrow())
                .isCloseTo(25.0 / 24, within(0.006));
        assertThat(views.stream().filter(View::flip).count() / (double) DRAWS)
                .isCloseTo(0.5, within(0.015));
        assertThat(
                        views.stream()
                                .mapToDouble(v -> (v.left() + v.width() / 2) / 500)
                                .average()
                                .orElseThrow())
                .isCloseTo(0.5, within(0.005));
    }

    @Test
    void draw_ownSettings_areKept() {
        ViewSampler sampler =
                ViewSampler.builder()
                        .optArea(0.25, 0.25)
                        .optAspectRatio(2, 2)
                        .optFlipProbability(0.1)
                        .build();
        List<View> views = draws(sampler, 400, 400);
        assertThat(views).allMatch(v -> v.width() == 282 && v.height() == 141);
        assertThat(views.stream().filter(View::flip).count() / (double) DRAWS)
                .isCloseTo(0.1, within(0.01));
    }

    @Test
    void draw_nothingFits_takesTheLargestThatDoes() {
        ViewSampler square = ViewSampler.builder().optArea(1, 1).optAspectRatio(1, 1).build();
        View view = square.draw(9, 9, 300, 100);
        assertThat(view.width()).isEqualTo(100);
        assertThat(view.height()).isEqualTo(100);
        assertThat(ViewSampler.builder().build().draw(1, 1, 1, 1).width()).isEqualTo(1);
        assertThat(draws(ViewSampler.builder().build(), 2, 900)).allMatch(v -> v.width() >= 1);
    }

    @Test
    void whole_always_seesAll() {
        assertThat(ViewSampler.whole().draw(1, 2, 30, 20)).isEqualTo(View.whole(30, 20));
    }

    @Test
    void forRun_otherSeed_drawsOthers_butTheSameAgain() {
        ViewSampler sampler = ViewSampler.builder().build();
        View view = sampler.forRun(1).draw(5, 6, 500, 375);
        assertThat(sampler.forRun(1).draw(5, 6, 500, 375)).isEqualTo(view);
        assertThat(sampler.forRun(2).draw(5, 6, 500, 375)).isNotEqualTo(view);
    }

    @Test
    void build_settings_areShown() {
        assertThat(ViewSampler.builder().optSeed(3).build())
                .isEqualTo(ViewSampler.builder().optSeed(3).build())
                .asString()
                .startsWith(
                        "Augmentation[sampling=PADDLE, area=Range[min=0.08, max=1.0],"
                                + " aspectRatio=Range[min=0.75, max=1.3333333333333333],")
                .endsWith("seed=3]");
    }

    @Test
    void opt_badValue_isRefused() {
        AugmentationBuilder builder = ViewSampler.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optArea(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optArea(0.5, 0.4));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optArea(0.5, 1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optAspectRatio(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optFlipProbability(-0.1));
        builder.optSeed(4);
        assertThatIllegalStateException()
                .isThrownBy(() -> builder.optSeed(5))
                .withMessage(
                        "seed must be set once, but was 4 already; remove one of the two calls");
    }
}
