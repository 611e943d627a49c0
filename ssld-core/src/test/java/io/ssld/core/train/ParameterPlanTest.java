package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterPlanTest {

    @Test
    void of_severalPrefixes_theLongestWins() {
        try (NDManager manager = NDManager.newBaseManager()) {
            TestNetwork network = new TestNetwork(manager);
            List<ParameterPlan> plans =
                    ParameterPlan.of(
                            network.parameters,
                            0.5,
                            DecayRule.WEIGHTS_ONLY,
                            List.of(
                                    new LearningRateMultiplier("02SequentialBlock.Linear", 0.3),
                                    new LearningRateMultiplier("02SequentialBlock", 0.2),
                                    new LearningRateMultiplier(
                                            "02SequentialBlock.Linear.bias", 4)));
            assertThat(plans)
                    .extracting(ParameterPlan::path, ParameterPlan::factor, ParameterPlan::decay)
                    .contains(
                            tuple("01SequentialBlock.Linear.weight", 1.0, 0.5),
                            tuple("02SequentialBlock.Linear.weight", 0.3, 0.5),
                            tuple("02SequentialBlock.Linear.bias", 4.0, 0.0),
                            tuple("02SequentialBlock.BatchNorm.gamma", 0.2, 0.0));
            assertThat(plans).hasSize(10);
        }
    }

    @Test
    void covers_wholeNamesOnly() {
        assertThat(ParameterPaths.covers("blocks.1", "blocks.1.conv.weight")).isTrue();
        assertThat(ParameterPaths.covers("blocks.1", "blocks.10.conv.weight")).isFalse();
        assertThat(ParameterPaths.covers("fc.weight", "fc.weight")).isTrue();
        assertThat(ParameterPaths.covers("fc.weights", "fc.weight")).isFalse();
    }

    @Test
    void multiplier_outOfRange_isRefused() {
        assertThatThrownBy(() -> new LearningRateMultiplier("fc", -1))
                .hasMessage("multiplier of fc must be 0 or more and finite, but was -1.0");
        assertThatThrownBy(() -> new LearningRateMultiplier(" ", 1))
                .hasMessageStartingWith("multiplier prefix must not be empty");
    }
}
