package io.ssld.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ssld.base.internal.CounterRandom;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables are timm's: see {@code golden.py} beside them. */
class PolicyOpTest {

    private static final PixelOp.Resampling BICUBIC = PixelOp.Resampling.BICUBIC;

    static List<String[]> levels() throws IOException {
        return GoldenImages.table("levels.csv");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("levels")
    void at_level_isTimms(String name, double level, double expected) {
        PolicyOp op = PolicyOp.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        assertThat(op.text()).isEqualTo(name);
        PixelOp made = op.at(level, false, BICUBIC, 0x010203);
        if (made instanceof PixelOp.Tone tone) {
            assertThat(tone.level()).isEqualTo((int) expected);
        } else if (made instanceof PixelOp.Color color) {
            assertThat(color.strength()).isCloseTo(expected, within(1e-15));
        } else {
            PixelOp.Geometric geometric = (PixelOp.Geometric) made;
            assertThat(geometric.strength()).isCloseTo(expected, within(1e-14));
            assertThat(geometric.resampling()).isEqualTo(BICUBIC);
            assertThat(geometric.fill()).isEqualTo(0x010203);
        }
    }

    @Test
    void at_negative_goesTheOtherWay() {
        assertThat(PolicyOp.ROTATE.at(5, true, BICUBIC, 0))
                .isEqualTo(new PixelOp.Geometric(PixelOp.Geometric.Kind.ROTATE, -15, BICUBIC, 0));
        assertThat(PolicyOp.COLOR_INCREASING.at(5, true, BICUBIC, 0))
                .isEqualTo(new PixelOp.Color(PixelOp.Color.Kind.COLOR, 0.55));
        assertThat(PolicyOp.COLOR.at(5, true, BICUBIC, 0))
                .isEqualTo(new PixelOp.Color(PixelOp.Color.Kind.COLOR, 1.0));
        // timm's floor of 0.1 for magnitudes beyond 10.
        assertThat(PolicyOp.COLOR_INCREASING.at(30, true, BICUBIC, 0))
                .isEqualTo(new PixelOp.Color(PixelOp.Color.Kind.COLOR, 0.1));
    }

    @Test
    void at_beyondTheUsualMagnitudes_staysPermitted() {
        for (PolicyOp op : PolicyOp.values()) {
            assertThat(op.at(100, true, BICUBIC, 0)).isNotNull();
        }
    }

    @Test
    void level_std_spreadsNormallyUpToTheMaximum() {
        double[] levels =
                IntStream.range(0, 20_000)
                        .mapToDouble(i -> PolicyOp.level(CounterRandom.of(i), 9, 0.5, 10))
                        .toArray();
        assertThat(Arrays.stream(levels).boxed()).allMatch(level -> level >= 0 && level <= 10);
        double clipped = IntStream.range(0, 20_000).filter(i -> levels[i] == 10).count();
        // Two standard deviations away: 2.275 %.
        assertThat(clipped / 20_000).isCloseTo(0.02275, within(0.004));
        double mean = IntStream.range(0, 20_000).mapToDouble(i -> levels[i]).average().orElse(0);
        assertThat(mean).isCloseTo(8.996, within(0.015));
    }

    @Test
    void level_stdAboveHundred_isUniformFromZero() {
        double[] levels =
                IntStream.range(0, 20_000)
                        .mapToDouble(i -> PolicyOp.level(CounterRandom.of(i), 8, 101, 10))
                        .sorted()
                        .toArray();
        assertThat(levels[0]).isLessThan(0.01);
        assertThat(levels[10_000]).isCloseTo(4, within(0.1));
        assertThat(levels[19_999]).isBetween(7.99, 8.0);
    }

    static List<String[]> policies() throws IOException {
        return GoldenImages.table("policies.csv");
    }

    @Test
    void policies_everyPair_isTimms() throws IOException {
        int row = 0;
        for (AutoAugmentPolicy policy : AutoAugmentPolicy.values()) {
            assertThat(policy.pairs()).hasSize(25);
            for (List<AutoAugmentPolicy.Step> pair : policy.pairs()) {
                String[] expected = policies().get(row++);
                assertThat(expected[0])
                        .isEqualTo(
                                switch (policy) {
                                    case ORIGINAL -> "original";
                                    case ORIGINAL_INCREASING -> "originalr";
                                    case V0 -> "v0";
                                    case V0_INCREASING -> "v0r";
                                });
                assertThat(pair).hasSize(2);
                for (int i = 0; i < 2; i++) {
                    AutoAugmentPolicy.Step step = pair.get(i);
                    assertThat(step.op().text()).isEqualTo(expected[1 + 3 * i]);
                    assertThat(step.probability())
                            .isEqualTo(Double.parseDouble(expected[2 + 3 * i]));
                    assertThat(step.magnitude()).isEqualTo(Double.parseDouble(expected[3 + 3 * i]));
                }
            }
        }
        assertThat(row).isEqualTo(100);
    }
}
