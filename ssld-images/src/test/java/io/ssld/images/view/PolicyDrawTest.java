package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.ssld.base.internal.CounterRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyDrawTest {

    private static final int DRAWS = 20_000;

    private static List<List<PixelOp>> draws(Function<CounterRandom, List<PixelOp>> policy) {
        return IntStream.range(0, DRAWS)
                .mapToObj(i -> policy.apply(CounterRandom.of(11, i)))
                .toList();
    }

    private static double share(List<List<PixelOp>> views, int ops) {
        return views.stream().filter(view -> view.size() == ops).count() / (double) DRAWS;
    }

    @Test
    void randAugment_layers_areAppliedAsOftenAsTheirProbability() {
        RandAugment policy = RandAugment.parse("rand-m9-n3-p0.25").withProbability(0.8);
        List<List<PixelOp>> views = draws(policy::draw);
        assertThat(share(views, 3)).isCloseTo(0.8 * 0.015625, within(0.004));
        assertThat(share(views, 1)).isCloseTo(0.8 * 0.421875, within(0.012));
        assertThat(share(views, 0)).isCloseTo(0.2 + 0.8 * 0.421875, within(0.012));
    }

    @Test
    void randAugment_everyOperation_isAsLikely_andGoesBothWays() {
        RandAugment policy = RandAugment.parse("rand-m9-n1-p1-inc1");
        List<PixelOp> ops = draws(policy::draw).stream().flatMap(List::stream).toList();
        assertThat(ops).hasSize(DRAWS);
        Map<String, Long> counts =
                ops.stream()
                        .collect(
                                Collectors.groupingBy(
                                        op -> ViewText.of(op).replaceAll(":.*", ""),
                                        Collectors.counting()));
        assertThat(counts).hasSize(15);
        assertThat(counts.values())
                .allSatisfy(n -> assertThat(n / (double) DRAWS).isBetween(0.06, 0.074));
        Set<String> texts = ops.stream().map(ViewText::of).collect(Collectors.toSet());
        assertThat(texts)
                .contains(
                        "rotate:27,bicubic,7c7468",
                        "rotate:-27,bicubic,7c7468",
                        "posterize:1",
                        "solarize:26",
                        "solarize-add:99",
                        "translate-x:0.405,bicubic,7c7468",
                        "translate-y:-0.405,bicubic,7c7468")
                // Two for each of the nine that go both ways, one for each of the six that do not.
                .hasSize(2 * 9 + 6);
    }

    @Test
    void randAugment_notIncreasing_growsWeaker() {
        RandAugment policy = RandAugment.parse("rand-m9-n1-p1");
        Set<String> texts =
                draws(policy::draw).stream()
                        .flatMap(List::stream)
                        .map(ViewText::of)
                        .collect(Collectors.toSet());
        assertThat(texts).contains("posterize:3", "solarize:230", "color:1.7200000000000002");
    }

    @Test
    void randAugment_m15_staysBelowTheMaximum() {
        RandAugment m15 = RandAugment.parse("rand-m15-mstd0.5-inc1-n1-p1");
        assertThat(
                        draws(m15::draw).stream()
                                .flatMap(List::stream)
                                .map(ViewText::of)
                                .filter(text -> text.startsWith("rotate")))
                .containsOnly("rotate:30,bicubic,7c7468", "rotate:-30,bicubic,7c7468");
        RandAugment more = RandAugment.parse("rand-m15-mmax15-inc1-n1-p1");
        assertThat(draws(more::draw).stream().flatMap(List::stream).map(ViewText::of))
                .contains("rotate:45,bicubic,7c7468");
    }

    @Test
    void randAugmentParse_timmsText_isUnderstood() {
        RandAugment policy = RandAugment.parse("rand-m7-n3-mstd0.5-p0.4-mmax12-inc1");
        assertThat(policy)
                .isEqualTo(
                        new RandAugment(
                                1, 3, 0.4, 7, 0.5, 12, true, PixelOp.Resampling.BICUBIC, 0x7c7468));
        assertThat(RandAugment.parse("rand").magnitude()).isEqualTo(10);
        assertThat(RandAugment.parse("rand-m5-inc0").increasing()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "m9",
                "rand-",
                "rand-q9",
                "rand-m",
                "rand-m9-m8",
                "rand-n1.5",
                "rand-m-1"
            })
    void randAugmentParse_other_isRefused(String config) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RandAugment.parse(config))
                .withMessageContaining("but was " + config);
    }

    @Test
    void autoAugment_pairs_areDrawnAsPublished() {
        AutoAugment policy = AutoAugment.of(AutoAugmentPolicy.ORIGINAL).withProbability(0.5);
        List<List<PixelOp>> views = draws(policy::draw);
        List<String> all =
                views.stream().flatMap(List::stream).map(ViewText::of).distinct().toList();
        assertThat(all)
                .contains("rotate:27,bicubic,7c7468", "rotate:-27,bicubic,7c7468", "posterize:7")
                .contains("solarize:128", "invert:0", "sharpness:1.36");
        // Of 25 pairs, (equalize 0.0, equalize 0.8) alone can give one operation or none only.
        double expected =
                AutoAugmentPolicy.ORIGINAL.pairs().stream()
                        .mapToDouble(
                                pair -> pair.get(0).probability() * pair.get(1).probability() / 25)
                        .sum();
        assertThat(share(views, 2)).isCloseTo(0.5 * expected, within(0.012));
    }

    @Test
    void autoAugment_std_spreadsMagnitudes() {
        AutoAugment policy =
                new AutoAugment(AutoAugmentPolicy.ORIGINAL, 1, 0.5, PixelOp.Resampling.BILINEAR, 0);
        Set<Double> angles = new HashSet<>();
        for (List<PixelOp> view : draws(policy::draw)) {
            for (PixelOp op : view) {
                if (op instanceof PixelOp.Geometric g
                        && g.kind() == PixelOp.Geometric.Kind.ROTATE) {
                    assertThat(g.resampling()).isEqualTo(PixelOp.Resampling.BILINEAR);
                    angles.add(g.strength());
                }
            }
        }
        assertThat(angles).hasSizeGreaterThan(1000).allMatch(a -> Math.abs(a) <= 30);
    }

    @Test
    void colorJitter_strengths_areUniformAndTheOrderRandom() {
        ColorJitter jitter = new ColorJitter(0.4, 2, 0.1, 0.2);
        double[] low = new double[4];
        double[] high = new double[4];
        Arrays.fill(low, 9);
        Arrays.fill(high, -9);
        Set<String> orders = new HashSet<>();
        for (List<PixelOp> view : draws(jitter::draw)) {
            StringBuilder order = new StringBuilder();
            for (PixelOp op : view) {
                PixelOp.Color color = (PixelOp.Color) op;
                int i =
                        switch (color.kind()) {
                            case BRIGHTNESS -> 0;
                            case CONTRAST -> 1;
                            case COLOR -> 2;
                            case HUE -> 3;
                            case SHARPNESS -> throw new AssertionError(color);
                        };
                low[i] = Math.min(low[i], color.strength());
                high[i] = Math.max(high[i], color.strength());
                order.append(i);
            }
            orders.add(order.toString());
        }
        assertThat(orders).hasSize(24).allMatch(order -> order.length() == 4);
        assertThat(low).containsExactly(new double[] {0.6, 0, 0.9, -0.2}, within(0.002));
        assertThat(high).containsExactly(new double[] {1.4, 3, 1.1, 0.2}, within(0.002));
    }

    @Test
    void colorJitter_zero_leavesTheOthersAsTheyWere() {
        List<PixelOp> all = new ColorJitter(0.4, 0.3, 0.2, 0.1).draw(CounterRandom.of(5));
        List<PixelOp> some = new ColorJitter(0.4, 0, 0.2, 0).draw(CounterRandom.of(5));
        assertThat(some).hasSize(2).isSubsetOf(all);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ColorJitter(0, 0, 0, 0.6))
                .withMessage("colorJitter.hue must be in 0..0.5, but was 0.6");
    }
}
