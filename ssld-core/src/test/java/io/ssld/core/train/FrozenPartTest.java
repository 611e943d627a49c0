package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.ssld.engine.internal.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrozenPartTest {

    private static final String FIRST = "01SequentialBlock";
    private static final String SECOND = "02SequentialBlock";

    private NDManager manager;
    private TestNetwork network;

    @BeforeEach
    void openNetwork() {
        manager = NDManager.newBaseManager();
        network = new TestNetwork(manager);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** Three steps with what a run does around them; returns the paths that changed. */
    private Set<String> train(Freezing freezing, LearningRateMultiplier... multipliers) {
        Map<String, String> before = network.snapshot();
        try (FrozenPart part = FrozenPart.freeze(network.block, freezing, manager)) {
            Optimizer optimizer =
                    OptimizerSettings.sgd()
                            .create(
                                    ParameterPlan.of(
                                            network.parameters,
                                            0.1,
                                            DecayRule.ALL,
                                            List.of(multipliers)),
                                    manager);
            for (int step = 0; step < 3; step++) {
                network.backward(!part.evaluates());
                part.restoreStatistics();
                optimizer.step(step, 0.1, manager);
            }
        }
        Map<String, String> after = network.snapshot();
        Set<String> changed = new TreeSet<>();
        before.forEach(
                (path, value) -> {
                    if (!value.equals(after.get(path))) {
                        changed.add(path);
                    }
                });
        return changed;
    }

    private Set<String> all() {
        return new TreeSet<>(network.parameters.keys());
    }

    @Test
    void freeze_nothing_everythingMoves() {
        assertThat(train(Freezing.none())).isEqualTo(all());
    }

    @Test
    void freeze_listedStage_itsWeightsAndStatisticsStayBitForBit() {
        Set<String> expected = all();
        expected.removeIf(path -> path.startsWith(FIRST));
        assertThat(expected).hasSizeLessThan(all().size());
        assertThat(train(Freezing.of(FIRST))).isEqualTo(expected);
    }

    @Test
    void freeze_allButOneStage_onlyThatMoves() {
        Set<String> expected = all();
        expected.removeIf(path -> !path.startsWith(SECOND));
        assertThat(train(Freezing.allBut(SECOND))).isEqualTo(expected);
    }

    @Test
    void freeze_allButClassifier_onlyThatMovesAndTheRestEvaluates() {
        Freezing freezing = Freezing.allButClassifier();
        try (FrozenPart part = FrozenPart.freeze(network.block, freezing, manager)) {
            assertThat(part.evaluates()).isTrue();
        }
        assertThat(train(freezing)).containsExactly("03Linear.bias", "03Linear.weight");
    }

    @Test
    void freeze_oneStage_theRestTrains() {
        try (FrozenPart part = FrozenPart.freeze(network.block, Freezing.of(FIRST), manager)) {
            assertThat(part.evaluates()).isFalse();
        }
    }

    @Test
    void multiplierZero_stage_weightsStayButStatisticsMove() {
        Set<String> changed = train(Freezing.none(), new LearningRateMultiplier(FIRST, 0));
        assertThat(changed)
                .filteredOn(path -> path.startsWith(FIRST))
                .containsExactlyInAnyOrder(
                        FIRST + ".BatchNorm.runningMean", FIRST + ".BatchNorm.runningVar");
        assertThat(changed).contains(SECOND + ".Linear.weight", "03Linear.weight");
    }

    @Test
    void close_afterwards_trainableIsWhatWasSoBefore() {
        Parameter own = network.parameters.get("03Linear.bias");
        own.freeze(true);
        train(Freezing.of(FIRST));
        assertThat(own.requiresGradient()).isFalse();
        own.freeze(false);
        for (Parameter parameter : network.parameters.values()) {
            assertThat(parameter.requiresGradient()).isEqualTo(!Parameters.isBuffer(parameter));
            assertThat(parameter.getArray().hasGradient()).isEqualTo(parameter.requiresGradient());
        }
        List<String> moved = new ArrayList<>(train(Freezing.none()));
        assertThat(moved).containsExactlyElementsOf(all());
    }

    @Test
    void freeze_prefixOfNothing_namesWhatThereIs() {
        assertThatThrownBy(() -> train(Freezing.of("01Sequential")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "freezing prefix must begin the path of a parameter, but was 01Sequential;"
                                + " there are 01SequentialBlock, 02SequentialBlock, 03Linear");
        assertThatThrownBy(() -> train(Freezing.none(), new LearningRateMultiplier("fc", 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "multiplier prefix must begin the path of a parameter, but was fc;");
    }

    @Test
    void freeze_everything_isRefused() {
        assertThatThrownBy(() -> train(Freezing.of(FIRST, SECOND, "03Linear")))
                .hasMessageStartingWith("freezing must leave something to train, but was LISTED");
    }

    @Test
    void freezing_kindAndPrefixesThatDoNotFit_areRefused() {
        assertThatThrownBy(() -> new Freezing(Freezing.Kind.ALL_BUT_LISTED, List.of()))
                .hasMessageStartingWith("prefixes must name what is trained");
        assertThatThrownBy(() -> new Freezing(Freezing.Kind.ALL_BUT_CLASSIFIER, List.of("fc")))
                .hasMessage("prefixes must be empty for ALL_BUT_CLASSIFIER, but was [fc]");
        assertThatThrownBy(() -> Freezing.of("")).hasMessageStartingWith("prefixes must not hold");
    }
}
