package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.TrainingDivergedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossScaleTest {

    private static LossScale afterGood(LossScale scale, int steps) {
        LossScale now = scale;
        for (int i = 0; i < steps; i++) {
            now = now.afterGood();
        }
        return now;
    }

    @Test
    void start_isThatOfPyTorch() {
        assertThat(LossScale.START).isEqualTo(new LossScale(65_536, 0, 0));
    }

    @Test
    void afterGood_2000InARow_doubles() {
        assertThat(afterGood(LossScale.START, 1999)).isEqualTo(new LossScale(65_536, 1999, 0));
        assertThat(afterGood(LossScale.START, 2000)).isEqualTo(new LossScale(131_072, 0, 0));
        assertThat(afterGood(LossScale.START, 4001)).isEqualTo(new LossScale(262_144, 1, 0));
    }

    @Test
    void afterGood_interrupted_countsAnew() {
        LossScale interrupted = afterGood(LossScale.START, 1999).afterOverflow();
        assertThat(interrupted).isEqualTo(new LossScale(32_768, 0, 1));
        assertThat(afterGood(interrupted, 1999).scale()).isEqualTo(32_768);
        assertThat(afterGood(interrupted, 2000)).isEqualTo(new LossScale(65_536, 0, 1));
    }

    @Test
    void afterGood_longRun_staysAt2To24() {
        assertThat(afterGood(LossScale.START, 2000 * 8).scale()).isEqualTo(16_777_216);
        assertThat(afterGood(LossScale.START, 2000 * 20 + 7))
                .isEqualTo(new LossScale(16_777_216, 7, 0));
    }

    @Test
    void afterOverflow_below1_diverged() {
        LossScale scale = LossScale.START;
        for (int i = 1; i <= 16; i++) {
            scale = scale.afterOverflow();
            assertThat(scale).isEqualTo(new LossScale(Math.scalb(65_536d, -i), 0, i));
        }
        assertThatThrownBy(scale::afterOverflow)
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessage(
                        "gradients must be finite with a loss scale of 1, but were not, after 16"
                                + " skipped steps; lower the learning rate, clip the gradients, or"
                                + " train in bfloat16 or float32");
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0, 0", "NaN, 0, 0", "33554432, 0, 0", "2, -1, 0", "2, 0, -1"})
    void new_outOfRange_refused(double scale, int good, long skipped) {
        assertThatThrownBy(() -> new LossScale(scale, good, skipped))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be");
    }
}
