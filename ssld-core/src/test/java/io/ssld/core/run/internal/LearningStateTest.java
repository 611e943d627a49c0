package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.ssld.core.Launched;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Freezing;
import io.ssld.core.train.LossScale;
import io.ssld.core.train.OptimizerSettings;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.engine.Precision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a step does to weights, optimiser and average when the loss is scaled. */
class LearningStateTest {

    private static final StudentPrecision HALF =
            new StudentPrecision(Precision.FLOAT16, Precision.FLOAT16, "");

    private static final double RATE = 0.01;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void update_gradientNotFinite_changesNothingButTheScale() {
        try (Fixture fixture = new Fixture(HALF, adam().optClipNorm(1))) {
            fixture.backward(LossScale.START.scale());
            assertThat(fixture.update(0)).isTrue();
            Map<String, float[]> before = fixture.values();
            for (float factor : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
                fixture.backward(factor);
                assertThat(fixture.gradient()).isNotFinite();
                assertThat(fixture.update(1)).isFalse();
                assertThat(fixture.values()).usingRecursiveComparison().isEqualTo(before);
                assertThat(fixture.gradient()).isZero();
            }
            assertThat(fixture.learning.lossScale()).contains(new LossScale(16_384, 0, 2));
            assertThat(fixture.learning.lossFactor()).isEqualTo(16_384);
            fixture.backward(16_384);
            assertThat(fixture.update(3)).isTrue();
            assertThat(fixture.values()).usingRecursiveComparison().isNotEqualTo(before);
        }
    }

    /** Bit for bit: bias corrections and the warm-up of the average count updates. */
    @Test
    void update_afterSkippedSteps_isTheUpdateOfARunWithoutThem() {
        for (RecipeBuilder recipe :
                List.of(adam(), adam().optClipNorm(0.01), common().optMomentum(0.8))) {
            Map<String, float[]> expected;
            try (Fixture wide = new Fixture(StudentPrecision.FLOAT32, recipe)) {
                for (int step = 0; step < 3; step++) {
                    wide.backward(1);
                    assertThat(wide.update(step)).isTrue();
                }
                assertThat(wide.learning.lossScale()).isEmpty();
                assertThat(wide.learning.lossFactor()).isEqualTo(1);
                expected = wide.values();
            }
            try (Fixture scaled = new Fixture(HALF, recipe)) {
                boolean[] overflows = {true, false, true, true, false, false};
                for (int step = 0; step < overflows.length; step++) {
                    float scale = scaled.learning.lossFactor();
                    scaled.backward(overflows[step] ? Float.POSITIVE_INFINITY : scale);
                    assertThat(scaled.update(step)).isEqualTo(!overflows[step]);
                }
                assertThat(scaled.values()).usingRecursiveComparison().isEqualTo(expected);
                assertThat(scaled.learning.lossScale()).contains(new LossScale(8_192, 2, 3));
            }
        }
    }

    /** As steps are that are only timed, for one number of threads after another. */
    @Test
    void update_numberedAnewAfterSkippedSteps_startsWithTheFirstUpdate() {
        Map<String, float[]> expected;
        try (Fixture wide = new Fixture(StudentPrecision.FLOAT32, adam())) {
            wide.backward(1);
            wide.update(0);
            expected = wide.values();
        }
        try (Fixture scaled = new Fixture(HALF, adam())) {
            for (int step = 0; step < 2; step++) {
                scaled.backward(Float.NaN);
                assertThat(scaled.update(step)).isFalse();
            }
            scaled.backward(scaled.learning.lossFactor());
            assertThat(scaled.update(0)).isTrue();
            assertThat(scaled.values()).usingRecursiveComparison().isEqualTo(expected);
        }
    }

    @Test
    void update_resumedBefore2000thGoodStep_doublesTheScale() {
        try (Fixture fixture = new Fixture(HALF, common())) {
            fixture.learning.resume(Optional.of(new LossScale(512, 1_999, 7)));
            fixture.backward(512);
            fixture.update(4_000);
            assertThat(fixture.learning.lossScale()).contains(new LossScale(1_024, 0, 7));
        }
    }

    @Test
    void update_notFiniteAtScale1_divergedAndWeightsLeft() {
        try (Fixture fixture = new Fixture(HALF, common())) {
            fixture.learning.resume(Optional.of(new LossScale(1, 5, 16)));
            Map<String, float[]> before = fixture.values();
            fixture.backward(Float.POSITIVE_INFINITY);
            assertThatThrownBy(() -> fixture.update(21))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageContaining("loss scale of 1")
                    .hasMessageContaining("16 skipped steps");
            assertThat(fixture.values()).usingRecursiveComparison().isEqualTo(before);
        }
    }

    /** The forward pass has moved all by then; only the frozen ones go back. */
    @Test
    void update_skippedWithFrozenStatistics_putsThoseBack() {
        Block block = Fixtures.mlp(8).add(BatchNorm.builder().build());
        Freezing first = Freezing.of("02BatchNorm");
        try (Fixture fixture = new Fixture(HALF, common().optFreezing(first), block)) {
            Map<String, float[]> before = fixture.values();
            fixture.backward(Float.POSITIVE_INFINITY);
            assertThat(fixture.changed(before))
                    .contains("student/02BatchNorm.runningMean", "student/05BatchNorm.runningMean");
            assertThat(fixture.update(0)).isFalse();
            assertThat(fixture.changed(before))
                    .containsExactlyInAnyOrder(
                            "student/05BatchNorm.runningMean", "student/05BatchNorm.runningVar");
        }
    }

    private static RecipeBuilder common() {
        return Recipe.ssld().optEpochs(1).optEma(new EmaSettings(0.9, true)).optWeightDecay(0.01);
    }

    private static RecipeBuilder adam() {
        return common().optOptimizer(OptimizerSettings.adamW());
    }

    /** A student in the middle of a run. */
    private final class Fixture implements AutoCloseable {

        private final Model model;
        private final LearningState learning;

        Fixture(StudentPrecision precision, RecipeBuilder recipe) {
            // Without batch norm, whose statistics move in each pass.
            this(precision, recipe, Fixtures.plain());
        }

        Fixture(StudentPrecision precision, RecipeBuilder recipe, Block block) {
            model = Fixtures.model("student", block, 8);
            RunSpec spec =
                    Launched.spec(
                                    SupervisedTrainer.builder()
                                            .setModel(model)
                                            .optRecipe(recipe.build()),
                                    Student.of(model),
                                    Loss.softmaxCrossEntropyLoss())
                            .with(precision);
            learning = new LearningState(spec, manager);
        }

        void backward(double factor) {
            try (NDManager scratch = manager.newSubManager();
                    GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray x = scratch.create(Fixtures.features(16, 3)).duplicate();
                NDArray logits =
                        model.getBlock()
                                .forward(
                                        new ParameterStore(scratch, false),
                                        new NDList(x),
                                        learning.trains())
                                .head();
                collector.backward(
                        logits.square().mean().mul(scratch.full(new Shape(), (float) factor)));
            }
        }

        boolean update(long number) {
            try (NDManager scratch = manager.newSubManager()) {
                return learning.update(number, RATE, scratch);
            }
        }

        /** The largest gradient. */
        float gradient() {
            float largest = 0;
            for (Parameter parameter : model.getBlock().getParameters().values()) {
                if (parameter.requiresGradient()) {
                    float here = parameter.getArray().getGradient().abs().max().getFloat();
                    largest = Math.max(largest, here);
                }
            }
            return largest;
        }

        Map<String, float[]> values() {
            Map<String, float[]> values = new LinkedHashMap<>();
            learning.arrays()
                    .forEach(
                            (name, array) ->
                                    values.put(name, Objects.requireNonNull(array.toFloatArray())));
            return values;
        }

        /** The arrays that are not what they were. */
        Set<String> changed(Map<String, float[]> before) {
            Map<String, float[]> now = values();
            return before.keySet().stream()
                    .filter(name -> !Arrays.equals(before.get(name), now.get(name)))
                    .collect(Collectors.toSet());
        }

        @Override
        public void close() {
            learning.close();
            model.close();
        }
    }
}
