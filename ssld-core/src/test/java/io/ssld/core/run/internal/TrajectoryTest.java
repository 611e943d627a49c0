package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.core.Distiller;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.DecayRule;
import io.ssld.core.train.LearningRate;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fifty steps of the real loop against {@link HandWrittenPair}. */
class TrajectoryTest {

    private static final int BATCH = 16;
    private static final int STEPS = 50;

    @Test
    void distill_fiftySteps_equalsHandWrittenLoop() throws Exception {
        try (Model teacher =
                        Fixtures.model(
                                "teacher",
                                new SequentialBlock()
                                        .add(Linear.builder().setUnits(Fixtures.CLASSES).build()),
                                7);
                Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8);
                NDManager manager = NDManager.newBaseManager()) {
            float[][] features = Fixtures.features(BATCH * 5, 3);
            ArrayDataset data = Fixtures.unlabelled(manager, BATCH * 5, BATCH, 3);
            HandWrittenPair hand = handWritten(student);
            double[][] soft = logits(teacher, features);
            Recipe recipe =
                    Recipe.ssld()
                            .optEpochs(10)
                            .optStepsPerEpoch(5)
                            .optWarmupEpochs(2)
                            .optLearningRate(0.2)
                            .optMomentum(0.85)
                            .optWeightDecay(0.003)
                            .optDecayRule(DecayRule.ALL)
                            .build();

            List<Double> losses = new ArrayList<>();
            Distiller.builder()
                    .setTeacher(Teacher.of(teacher))
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(recipe)
                    .addListener(
                            new RunListener() {
                                @Override
                                public void onStep(StepSummary step) {
                                    losses.add(step.loss());
                                }
                            })
                    .build()
                    .distill(data, Fixtures.table(manager, 32, 32, 5));

            LearningRate schedule = LearningRate.warmupCosine(0.2, 10, STEPS);
            double[][] x = wide(features);
            for (int i = 0; i < STEPS; i++) {
                int from = (i % 5) * BATCH;
                double loss =
                        hand.step(
                                Arrays.copyOfRange(x, from, from + BATCH),
                                Arrays.copyOfRange(soft, from, from + BATCH),
                                schedule.at(i),
                                0.85,
                                0.003);
                assertThat(losses.get(i)).as("loss of step %d", i).isCloseTo(loss, within(1e-5));
            }
            assertThat(losses).hasSize(STEPS);
            assertThat(losses.get(STEPS - 1)).isLessThan(losses.get(0) / 2);
            assertEquals(student, "Linear_weight", 0, flat(hand.w1));
            assertEquals(student, "Linear_bias", 0, hand.b1);
            assertEquals(student, "gamma", 0, hand.gamma);
            assertEquals(student, "beta", 0, hand.beta);
            assertEquals(student, "runningMean", 0, hand.mean);
            assertEquals(student, "runningVar", 0, hand.variance);
            assertEquals(student, "Linear_weight", 1, flat(hand.w2));
            assertEquals(student, "Linear_bias", 1, hand.b2);
        }
    }

    private static HandWrittenPair handWritten(Model student) {
        return new HandWrittenPair(
                matrix(values(student, "Linear_weight", 0), Fixtures.FEATURES),
                values(student, "Linear_bias", 0),
                values(student, "gamma", 0),
                values(student, "beta", 0),
                values(student, "runningMean", 0),
                values(student, "runningVar", 0),
                matrix(values(student, "Linear_weight", 1), 8),
                values(student, "Linear_bias", 1));
    }

    private static void assertEquals(Model model, String name, int which, double[] expected) {
        double[] actual = values(model, name, which);
        assertThat(actual).as("%s %d", name, which).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i])
                    .as("%s %d, element %d", name, which, i)
                    .isCloseTo(expected[i], within(1e-5));
        }
    }

    /** The values of the parameter whose name ends so, the first or second of that name. */
    private static double[] values(Model model, String suffix, int which) {
        List<Parameter> found =
                model.getBlock().getParameters().stream()
                        .filter(pair -> pair.getKey().endsWith(suffix))
                        .map(pair -> pair.getValue())
                        .toList();
        float[] narrow = found.get(which).getArray().toFloatArray();
        double[] wide = new double[narrow.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = narrow[i];
        }
        return wide;
    }

    /** The linear teacher, by hand. */
    private static double[][] logits(Model teacher, float[][] features) {
        double[][] weight = matrix(values(teacher, "weight", 0), Fixtures.FEATURES);
        double[] bias = values(teacher, "bias", 0);
        double[][] logits = new double[features.length][bias.length];
        for (int i = 0; i < features.length; i++) {
            for (int c = 0; c < bias.length; c++) {
                logits[i][c] = bias[c];
                for (int k = 0; k < Fixtures.FEATURES; k++) {
                    logits[i][c] += weight[c][k] * features[i][k];
                }
            }
        }
        return logits;
    }

    private static double[][] wide(float[][] narrow) {
        double[][] wide = new double[narrow.length][narrow[0].length];
        for (int i = 0; i < narrow.length; i++) {
            for (int j = 0; j < narrow[i].length; j++) {
                wide[i][j] = narrow[i][j];
            }
        }
        return wide;
    }

    private static double[][] matrix(double[] values, int columns) {
        double[][] rows = new double[values.length / columns][columns];
        for (int i = 0; i < values.length; i++) {
            rows[i / columns][i % columns] = values[i];
        }
        return rows;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
