package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionsTest {

    private static final int DRAWS = 100_000;

    private static double moment(double[] values, double centre, int power) {
        return Arrays.stream(values).map(v -> Math.pow(v - centre, power)).average().orElseThrow();
    }

    @Test
    void normal_moments_areThose() {
        double[] values =
                IntStream.range(0, DRAWS)
                        .mapToDouble(i -> Distributions.normal(CounterRandom.of(1, i)))
                        .toArray();
        assertThat(moment(values, 0, 1)).isCloseTo(0, within(0.015));
        assertThat(moment(values, 0, 2)).isCloseTo(1, within(0.02));
        assertThat(moment(values, 0, 3)).isCloseTo(0, within(0.05));
        assertThat(moment(values, 0, 4)).isCloseTo(3, within(0.15));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.1, 0.2, 0.4, 1, 2.5, 30})
    void beta_moments_areThose(double alpha) {
        double[] values =
                IntStream.range(0, DRAWS)
                        .mapToDouble(i -> Distributions.beta(CounterRandom.of(2, i), alpha))
                        .toArray();
        assertThat(Arrays.stream(values).boxed()).allMatch(v -> v >= 0 && v <= 1);
        // Variance 1 / (4 (2 a + 1)), fourth moment 3 / (16 (2 a + 1) (2 a + 3)).
        double variance = 1 / (4 * (2 * alpha + 1));
        double fourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3));
        assertThat(moment(values, 0, 1)).isCloseTo(0.5, within(0.008));
        assertThat(moment(values, 0.5, 2)).isCloseTo(variance, within(0.02 * variance));
        assertThat(moment(values, 0.5, 4)).isCloseTo(fourth, within(0.04 * fourth));
    }

    @Test
    void skip_count_leavesOutThatMany() {
        CounterRandom all = CounterRandom.of(4);
        all.nextLong();
        all.nextLong();
        all.nextLong();
        assertThat(CounterRandom.of(4).skip(3).nextLong()).isEqualTo(all.nextLong());
    }

    @Test
    void normalNoise_quantiles_areTheDistributions() {
        NormalNoise noise = new NormalNoise(9);
        double[] values =
                IntStream.range(0, DRAWS).mapToDouble(i -> noise.next()).sorted().toArray();
        // Quantiles of the standard normal distribution from tables.
        assertThat(values[DRAWS / 2]).isCloseTo(0, within(0.015));
        assertThat(values[(int) (DRAWS * 0.975)]).isCloseTo(1.95996, within(0.03));
        assertThat(values[(int) (DRAWS * 0.01)]).isCloseTo(-2.32635, within(0.04));
        assertThat(values[DRAWS - 1]).isBetween(3.5, 4.02);
        assertThat(moment(values, 0, 2)).isCloseTo(1, within(0.02));
    }
}
