package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTest {

    /** 10 steps an epoch, 20 epochs, base 0.4, warm-up 5 epochs: PaddleClas' own numbers. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0.008",
        "25, 0.2",
        "49, 0.392",
        "50, 0.4",
        "51, 0.39995614",
        "125, 0.2",
        "199, 4.3863e-5"
    })
    void warmupCosine_anyStep_equalsTheOriginal(long step, double expected) {
        LearningRate schedule = LearningRate.warmupCosine(0.4, 50, 200);
        assertThat(schedule.at(step)).isCloseTo(expected, within(5e-9));
    }

    @Test
    void warmupCosine_noWarmup_startsAtTheTop() {
        LearningRate schedule = LearningRate.warmupCosine(0.5, 0, 10);
        assertThat(schedule.at(0)).isEqualTo(0.5);
        assertThat(schedule.at(5)).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void warmupCosine_warmupAsLongAsTheRun_isRefused() {
        assertThatThrownBy(() -> LearningRate.warmupCosine(0.1, 10, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was 10 of 10 steps");
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "NaN", "Infinity"})
    void warmupCosine_badRate_isRefused(double rate) {
        assertThatThrownBy(() -> LearningRate.warmupCosine(rate, 0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("positive and finite, but was " + rate);
    }
}
