package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationTest {

    private static final int DRAWS = 20_000;

    /** Every setting at another value than its default. */
    private static final Augmentation FULL =
            ViewSampler.builder()
                    .optSampling(CropSampling.TORCHVISION)
                    .optArea(0.3, 0.9)
                    .optAspectRatio(0.5, 1.5)
                    .optFlipProbability(0.25)
                    .optInterpolation(Interpolation.PILLOW_BICUBIC)
                    .optColorJitter(0.4, 0.3, 0.2, 0.1)
                    .optRandAugment(
                            RandAugment.parse("rand-m7-n3-p0.75-mstd0.5-mmax9-inc1")
                                    .withProbability(0.9)
                                    .withGeometry(PixelOp.Resampling.BILINEAR, 0x808080))
                    .optErasing(
                            new RandomErasing(
                                    0.5,
                                    new Range(0.05, 0.2),
                                    new Range(0.5, 3),
                                    7,
                                    ErasedBox.Fill.CHANNEL_NORMAL,
                                    2))
                    .optSeed(-42)
                    .build();

    private static List<View> draws(ViewSampler sampler, int width, int height) {
        return IntStream.range(0, DRAWS).mapToObj(i -> sampler.draw(i, 3, width, height)).toList();
    }

    static List<Augmentation> samplers() {
        return List.of(
                Augmentation.SSLD,
                Augmentation.PPHGNET,
                Augmentation.eda(0.5, 0.1),
                FULL,
                ViewSampler.builder()
                        .optSampling(CropSampling.PADDED)
                        .optPadding(3, 0x102030)
                        .optAutoAugment(
                                new AutoAugment(
                                        AutoAugmentPolicy.V0,
                                        0.5,
                                        0.25,
                                        PixelOp.Resampling.NEAREST,
                                        0))
                        .optErasing(RandomErasing.ALWAYS.withFill(ErasedBox.Fill.ZERO))
                        .build(),
                ViewSampler.builder().optSampling(CropSampling.WHOLE).build(),
                ViewSampler.builder().optSampling(CropSampling.PADDLE_LOG_ASPECT).build());
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void toMap_throughJson_comesBackEqual(Augmentation sampler) {
        assertThat(Augmentation.fromMap(sampler.toMap())).isEqualTo(sampler);
        String json = new Gson().toJson(sampler.toMap());
        @SuppressWarnings("unchecked")
        Map<String, Object> read = new Gson().fromJson(json, Map.class);
        assertThat(Augmentation.fromMap(read)).isEqualTo(sampler).hasToString(sampler.toString());
    }

    @Test
    void fromMap_nothingSaid_hasTheBuildersDefaults() {
        assertThat(Augmentation.fromMap(Map.of())).isEqualTo(Augmentation.SSLD);
        assertThat(Augmentation.fromMap(Map.of("sampling", "padded")).margin())
                .isEqualTo(new Margin(4, 0));
        assertThat(Augmentation.fromMap(Map.of("randAugment", Map.of("magnitude", "9"))))
                .isEqualTo(
                        ViewSampler.builder().optRandAugment(RandAugment.parse("rand-m9")).build());
    }

    @Test
    void fromMap_numbersOfOtherTypes_areTakenIfExact() {
        Map<String, Object> map = new HashMap<>();
        map.put("seed", "9223372036854775807");
        map.put("version", 1.0);
        map.put("area", List.of("0.5", 1));
        map.put("flipProbability", 1);
        Augmentation sampler = Augmentation.fromMap(map);
        assertThat(sampler.seed()).isEqualTo(Long.MAX_VALUE);
        assertThat(sampler.area()).isEqualTo(new Range(0.5, 1));
        assertThat(sampler.flipProbability()).isEqualTo(1);
    }

    private static void assertRefused(String key, Object value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Augmentation.fromMap(Map.of(key, value)))
                .withMessageContaining(message);
    }

    @Test
    void fromMap_badValue_isRefusedByName() {
        assertRefused("flipp", 1, "has flipp; remove or correct it");
        assertRefused("erasing", Map.of("epsilon", 1), "views.erasing must have only the keys");
        assertRefused("seed", 1.5, "views.seed must be a whole number, but was 1.5");
        assertRefused("flipProbability", "often", "views.flipProbability must be a number");
        assertRefused("flipProbability", true, "views.flipProbability must be a number");
        assertRefused("flipProbability", 1.5, "flipProbability must be in 0..1, but was 1.5");
        assertRefused("area", 0.5, "views.area must be a list of two numbers");
        assertRefused("area", List.of(0.5, 0.4), "area must be a range in (0, 1]");
        assertRefused("sampling", "pytorch", "views.sampling must be one of padded, paddle");
        assertRefused("paddingColor", "red", "views.paddingColor must be six hexadecimal digits");
        assertRefused("padding", 4, "padding must be none with sampling PADDLE");
        assertRefused("randAugment", "rand-m9", "views.randAugment must be a map");
        assertRefused("version", 2, "views.version must be 1, but was 2; other versions draw");
        assertRefused("erasing", Map.of("fill", "noise"), "views.erasing.fill must be one of");
        assertRefused("randAugment", Map.of("increasing", "yes"), "must be true or false");
        assertRefused("randAugment", Map.of("layers", 1L << 40), "whole number of 32 bits");
    }

    @Test
    void build_conflicts_areRefused() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                ViewSampler.builder()
                                        .optSampling(CropSampling.WHOLE)
                                        .optArea(0.5, 1)
                                        .build())
                .withMessageContaining("area must not be set with sampling WHOLE, but was Range[");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ViewSampler.builder().optPadding(4).build())
                .withMessageContaining("padding must be none with sampling PADDLE");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ViewSampler.builder()
                                        .optRandAugment(RandAugment.M9)
                                        .optAutoAugment(AutoAugment.of(AutoAugmentPolicy.V0))
                                        .build())
                .withMessageContaining("autoAugment must be none together with randAugment");
    }

    @Test
    void build_probabilityZero_isNone() {
        assertThat(Augmentation.eda(0, 0)).isEqualTo(Augmentation.SSLD);
        assertThat(Augmentation.SSLD.withSeed(3))
                .isEqualTo(ViewSampler.builder().optSeed(3).build());
        assertThat(Augmentation.SSLD.version()).isEqualTo(1);
    }

    @Test
    void draw_recordedEarlier_staysTheSameAcrossReleases() {
        // Label stores depend on it: these must never need new values while the version is 1.
        assertThat(FULL.draw(0x0123456789ABCDEFL, 5, 500, 375))
                .isEqualTo(
                        View.parse(
                                "crop:170,32,204,295 pillow-bicubic"
                                    + " shear-x:-0.20073629593272904,bilinear,808080"
                                    + " translate-x:0.31443823750608507,bilinear,808080"
                                    + " hue:0.01298699441165832 color:0.804361419755625"
                                    + " brightness:1.3790281168562375 contrast:0.8923454380768697"
                                    + " erase:0.25770265525229036,0.31458001534639707,0.2906997918458156,0.9057107837946566,channel-normal,6483326104969632736"));
        assertThat(FULL.draw(0x0123456789ABCDEFL, 6, 500, 375))
                .isEqualTo(
                        View.parse(
                                "crop:23,42,418,299 pillow-bicubic auto-contrast:0"
                                    + " color:1.5977686090556973"
                                    + " rotate:-24.04203451125152,bilinear,808080"
                                    + " contrast:0.7431837586933068 brightness:0.6836803906279448"
                                    + " color:1.1337023029895044 hue:-0.037802684188091164"
                                    + " erase:0.2878124744314906,0.4698743464902754,0.6391187177249577,0.4076794209263057,channel-normal,4443974264773064523"));
        assertThat(samplers().get(4).draw(0x0123456789ABCDEFL, 5, 32, 32))
                .isEqualTo(
                        View.parse(
                                "crop:2,2,32,32 margin:3,102030"
                                    + " rotate:-27.248992250712647,nearest,000000"
                                    + " erase:0.24741922008732836,0.8048611914125393,0.08206325771372402,0.944664548497735,zero,-2977950237241462425"));
    }

    @Test
    void draw_addingOneKind_leavesTheOthersAsTheyWere() {
        Augmentation eda = Augmentation.eda(0.7, 0.6);
        Augmentation more =
                new Augmentation(
                        eda.sampling(),
                        eda.area(),
                        eda.aspectRatio(),
                        eda.margin(),
                        eda.flipProbability(),
                        Interpolation.PILLOW_BILINEAR,
                        new ColorJitter(0.4, 0.4, 0.4, 0),
                        eda.randAugment(),
                        eda.autoAugment(),
                        eda.erasing(),
                        eda.seed());
        int erased = 0;
        for (int i = 0; i < 200; i++) {
            View plain = Augmentation.SSLD.draw(i, 1, 300, 200);
            View some = eda.draw(i, 1, 300, 200);
            View all = more.draw(i, 1, 300, 200);
            assertThat(List.of(some.left(), some.top(), some.width(), some.height()))
                    .isEqualTo(List.of(plain.left(), plain.top(), plain.width(), plain.height()));
            assertThat(some.flip()).isEqualTo(plain.flip()).isEqualTo(all.flip());
            assertThat(all.erased()).isEqualTo(some.erased());
            assertThat(all.ops()).hasSize(some.ops().size() + 3);
            assertThat(all.ops().subList(0, some.ops().size())).isEqualTo(some.ops());
            erased += some.erased().size();
        }
        assertThat(erased).isBetween(90, 150);
    }

    @Test
    void draw_otherSampling_flipsTheSame() {
        for (Augmentation sampler : samplers()) {
            if (sampler.flipProbability() == 0.5) {
                List<View> plain = draws(Augmentation.SSLD, 50, 40);
                List<View> views = draws(sampler, 50, 40);
                assertThat(views.stream().map(View::flip))
                        .containsExactlyElementsOf(plain.stream().map(View::flip).toList());
            }
        }
    }

    @Test
    void draw_paddleLogAspect_isUniformInTheLogarithm() {
        ViewSampler sampler =
                ViewSampler.builder()
                        .optSampling(CropSampling.PADDLE_LOG_ASPECT)
                        .optAspectRatio(0.5, 2)
                        .build();
        double mean =
                draws(sampler, 500, 500).stream()
                        .mapToDouble(v -> v.width() / v.height())
                        .average()
                        .orElseThrow();
        // 1.5 / (2 ln 2) = 1.0820; uniform ratios would have 1.25.
        assertThat(mean).isCloseTo(1.082, within(0.01));
    }

    @Test
    void draw_torchvision_hasItsDistribution() {
        ViewSampler sampler = ViewSampler.builder().optSampling(CropSampling.TORCHVISION).build();
        List<View> views = draws(sampler, 500, 400);
        assertThat(views)
                .allSatisfy(
                        v -> {
                            double area = v.width() * v.height() / (500 * 400);
                            assertThat(area).isBetween(0.078, 1.0);
                            assertThat(v.width() / v.height()).isBetween(0.74, 1.345);
                            assertThat(v.left() + v.width()).isLessThanOrEqualTo(500);
                            assertThat(v.top() + v.height()).isLessThanOrEqualTo(400);
                        });
        // The code of torchvision 0.29.1's RandomResizedCrop.get_params, 400,000 draws in Python.
        assertThat(
                        views.stream()
                                .mapToDouble(v -> v.width() * v.height() / (500 * 400))
                                .average()
                                .orElseThrow())
                .isCloseTo(0.4533, within(0.006));
        assertThat(
                        views.stream()
                                .mapToDouble(v -> Math.log(v.width() / v.height()))
                                .average()
                                .orElseThrow())
                .isCloseTo(0.0284, within(0.004));
    }

    @Test
    void draw_torchvisionNothingFits_takesTheCentre() {
        ViewSampler sampler =
                ViewSampler.builder().optSampling(CropSampling.TORCHVISION).optArea(1, 1).build();
        // torchvision: width round(30 * 4 / 3) = 40 and height round(30 / 0.75) = 40.
        View wide = sampler.draw(1, 1, 300, 30);
        assertThat(wide).isEqualTo(new View(wide.order(), 130, 0, 40, 30, wide.flip()));
        View high = sampler.draw(1, 1, 30, 301);
        assertThat(high).isEqualTo(new View(high.order(), 0, 130, 30, 40, high.flip()));
        // Within the ratios only the whole image has all of the area.
        View whole = sampler.draw(3, 1, 101, 100);
        assertThat(whole.width() * whole.height()).isGreaterThan(9_000);
        ViewSampler narrow =
                ViewSampler.builder()
                        .optSampling(CropSampling.TORCHVISION)
                        .optAspectRatio(0.01, 0.02)
                        .build();
        assertThat(narrow.draw(1, 1, 10, 1).width()).isEqualTo(1);
    }

    @Test
    void draw_padded_goesAsFarAsTheMargin() {
        ViewSampler sampler =
                ViewSampler.builder().optSampling(CropSampling.PADDED).optPadding(2, 7).build();
        List<View> views = draws(sampler, 32, 30);
        assertThat(views)
                .allMatch(v -> v.width() == 32 && v.height() == 30)
                .allMatch(v -> v.margin().equals(new Margin(2, 7)));
        for (int offset = -2; offset <= 2; offset++) {
            int wanted = offset;
            assertThat(views.stream().filter(v -> v.left() == wanted).count() / (double) DRAWS)
                    .isCloseTo(0.2, within(0.015));
            assertThat(views.stream().filter(v -> v.top() == wanted).count() / (double) DRAWS)
                    .isCloseTo(0.2, within(0.015));
        }
        assertThat(views).extracting(View::left).containsOnly(-2.0, -1.0, 0.0, 1.0, 2.0);
    }

    @Test
    void draw_whole_seesAll() {
        ViewSampler sampler =
                ViewSampler.builder().optSampling(CropSampling.WHOLE).optFlipProbability(0).build();
        assertThat(sampler.draw(1, 2, 160, 80)).isEqualTo(View.whole(160, 80));
    }
}
