package io.ssld.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.ssld.core.evaluation.ConfusionMatrix.ClassMeasures;
import io.ssld.core.evaluation.ConfusionMatrix.Confusion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The measures against scikit-learn 1.9.1 and numpy 2.4.6 on 500 made-up rows of 7 classes, one
 * without examples and one never chosen; the rows come from a generator that both sides repeat.
 * Precision, recall and F1 are {@code precision_recall_fscore_support(zero_division=nan)}, the
 * means {@code nanmean}; ECE and the operating points are ten lines of numpy after their formulas.
 */
class EvaluationMeasuresTest {

    private static final int ROWS = 500;
    private static final int CLASSES = 7;
    private static final double NONE = Double.NaN;
    private static final Offset<Double> CLOSE = within(1e-12);

    private final float[] logits = logits();
    private final int[] labels = labels();
    private final List<Outcome> outcomes = outcomes();

    private static int[] generator(int count, long seed) {
        int[] values = new int[count];
        long x = seed;
        for (int i = 0; i < count; i++) {
            x = (x * 1103515245 + 12345) % (1L << 31);
            values[i] = (int) (x / 65536);
        }
        return values;
    }

    private static int[] labels() {
        int[] labels = generator(ROWS, 2);
        for (int i = 0; i < ROWS; i++) {
            labels[i] = Math.min(labels[i] % CLASSES, 5);
        }
        return labels;
    }

    private static float[] logits() {
        int[] values = generator(ROWS * CLASSES, 1);
        int[] labels = labels();
        float[] logits = new float[values.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (values[i] % 1000 / 250.0 - 2);
        }
        for (int i = 0; i < ROWS; i++) {
            logits[i * CLASSES + labels[i]] += 1.5f;
            logits[i * CLASSES + 3] -= 9;
        }
        return logits;
    }

    private List<Outcome> outcomes() {
        List<Outcome> all = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            all.add(Outcome.of(logits, i, CLASSES, labels[i]));
        }
        return all;
    }

    @Test
    void accuracy_asTopKAccuracy() {
        assertThat(Outcomes.accuracy(outcomes)).isEqualTo(new Evaluation(ROWS, 0.516, 0.84));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Outcomes.accuracy(List.of()))
                .withMessage("outcomes must be at least one, but there were none");
    }

    @Test
    void confusionMatrix_asScikitLearn() {
        ConfusionMatrix matrix = ConfusionMatrix.of(outcomes, CLASSES);
        assertThat(matrix.counts())
                .containsExactly(
                        List.of(43L, 6L, 5L, 0L, 7L, 6L, 8L),
                        List.of(5L, 42L, 2L, 0L, 6L, 6L, 8L),
                        List.of(6L, 8L, 37L, 0L, 1L, 4L, 6L),
                        List.of(10L, 16L, 14L, 0L, 12L, 11L, 14L),
                        List.of(5L, 7L, 3L, 0L, 53L, 7L, 3L),
                        List.of(8L, 13L, 8L, 0L, 16L, 83L, 11L),
                        List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L));
        assertThat(matrix.perClass())
                .extracting(ClassMeasures::support)
                .containsExactly(75L, 69L, 62L, 77L, 78L, 139L, 0L);
        same(
                matrix,
                ClassMeasures::precision,
                0.5584415584415584,
                0.45652173913043476,
                0.5362318840579711,
                NONE,
                0.5578947368421052,
                0.7094017094017094,
                0);
        same(
                matrix,
                ClassMeasures::recall,
                0.5733333333333334,
                0.6086956521739131,
                0.5967741935483871,
                0,
                0.6794871794871795,
                0.5971223021582733,
                NONE);
        same(
                matrix,
                ClassMeasures::f1,
                0.5657894736842105,
                0.5217391304347826,
                0.5648854961832062,
                0,
                0.6127167630057804,
                0.6484375,
                0);
        assertThat(matrix.mean(ClassMeasures::precision)).isCloseTo(0.46974860464562984, CLOSE);
        assertThat(matrix.mean(ClassMeasures::recall)).isCloseTo(0.509235443450181, CLOSE);
        assertThat(matrix.mean(ClassMeasures::f1)).isCloseTo(0.41622405190114, within(1e-11));
    }

    private static void same(
            ConfusionMatrix matrix, ToDoubleFunction<ClassMeasures> measure, double... expected) {
        for (int c = 0; c < CLASSES; c++) {
            double actual = measure.applyAsDouble(matrix.perClass().get(c));
            if (Double.isNaN(expected[c])) {
                assertThat(actual).as("class %d", c).isNaN();
            } else {
                assertThat(actual).as("class %d", c).isCloseTo(expected[c], CLOSE);
            }
        }
    }

    @Test
    void mostConfused_byCountThenClass() {
        assertThat(ConfusionMatrix.of(outcomes, CLASSES).mostConfused(4))
                .containsExactly(
                        new Confusion(3, 1, 16),
                        new Confusion(5, 4, 16),
                        new Confusion(3, 2, 14),
                        new Confusion(3, 6, 14));
    }

    @Test
    void calibration_asNumpy() {
        Calibration calibration = Calibration.of(outcomes);
        assertThat(calibration.expectedError()).isCloseTo(0.090899577451244, CLOSE);
        assertThat(Calibration.of(outcomes, 4).expectedError())
                .isCloseTo(0.10807443783153971, CLOSE);
        assertThat(calibration.bins()).hasSize(15);
        Calibration.Bin bin = calibration.bins().get(7);
        assertThat(bin.count()).isEqualTo(78);
        assertThat(bin.confidence()).isCloseTo(0.5027387375166058, CLOSE);
        assertThat(bin.accuracy()).isCloseTo(0.48717948717948717, CLOSE);
        assertThat(calibration.bins().get(0).accuracy()).as("nothing below 1/15").isNaN();
    }

    @Test
    void calibration_byHand_closedAbove() {
        // Half right at confidence 0.5, which belongs to the first of two bins: error 0. Wrong at
        // confidence 1: error 1. Together 2/3 * 0 + 1/3 * 1.
        List<Outcome> three =
                List.of(
                        new Outcome(0, 0, 0, 0.5),
                        new Outcome(0, 1, 1, 0.5),
                        new Outcome(0, 1, 1, 1),
                        new Outcome(0, 0, 2, NONE));
        Calibration calibration = Calibration.of(three, 2);
        assertThat(calibration.bins()).extracting(Calibration.Bin::count).containsExactly(2L, 1L);
        assertThat(calibration.expectedError()).isCloseTo(1.0 / 3, CLOSE);
        assertThat(Calibration.of(List.of()).expectedError()).isNaN();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Calibration.of(three, 0))
                .withMessage("bins must be at least 1, but was 0");
    }

    @ParameterizedTest
    @CsvSource({
        "0.001, 0.7128, 0.25806451612903225, 0",
        "0.05, 0.4231, 0.46774193548387094, 0.04794520547945205",
        "0.5, 0.0662, 0.9354838709677419, 0.5"
    })
    void operatingPoint_asPaddleClas(double maxFpr, double threshold, double tpr, double fpr) {
        double[][] scores = scores(2);
        OperatingPoint point = OperatingPoint.of(scores[0], scores[1], maxFpr);
        assertThat(point.threshold()).isEqualTo(threshold);
        assertThat(point.tpr()).isCloseTo(tpr, CLOSE);
        assertThat(point.fpr()).isCloseTo(fpr, CLOSE);
    }

    private double[][] scores(int positive) {
        List<Double> up = new ArrayList<>();
        List<Double> down = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            (labels[i] == positive ? up : down)
                    .add(Scores.probability(logits, i, CLASSES, positive));
        }
        return new double[][] {
            up.stream().mapToDouble(Double::doubleValue).toArray(),
            down.stream().mapToDouble(Double::doubleValue).toArray()
        };
    }

    @Test
    void operatingPoint_edges() {
        assertThat(OperatingPoint.of(new double[] {0.5}, new double[] {0.5}, 0))
                .as("strictly above: nothing parts equals, and no threshold is 1 either")
                .isEqualTo(new OperatingPoint(NONE, 0, 0));
        assertThat(OperatingPoint.of(new double[] {1, 0.2}, new double[] {0.2}, 0))
                .as("0.2 is not above 0.2")
                .isEqualTo(new OperatingPoint(0.2, 0.5, 0));
        assertThat(OperatingPoint.of(new double[] {0.3}, new double[] {0.9}, 1))
                .isEqualTo(new OperatingPoint(0, 1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OperatingPoint.of(new double[0], new double[] {1}, 0.1))
                .withMessageStartingWith("positive examples must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OperatingPoint.of(new double[] {1}, new double[] {NONE}, 0.1))
                .withMessage("scores must be numbers, but one of a negative example was NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OperatingPoint.of(new double[] {1}, new double[] {0}, 1.5))
                .withMessage("maxFpr must be in 0..1, but was 1.5");
    }

    @Test
    void worstMistakes_mostConfidentFirst() {
        assertThat(Outcomes.worstMistakes(outcomes, 5)).containsExactly(231, 3, 412, 418, 44);
        assertThat(outcomes.get(231).confidence()).isCloseTo(0.7521057375622845, CLOSE);
    }

    @Test
    void agreement_byHand() {
        List<Outcome> first = List.of(of(0, 0), of(0, 1), of(0, 1), of(0, 2), of(1, 1), of(1, 0));
        List<Outcome> second = List.of(of(0, 0), of(0, 0), of(0, 1), of(0, 1), of(1, 0), of(1, 1));
        Agreement agreement = Agreement.of(first, second);
        assertThat(agreement).isEqualTo(new Agreement(6, 2, 1, 1, 2, 2));
        assertThat(agreement.rate()).isCloseTo(1.0 / 3, CLOSE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Agreement.of(first, first.subList(0, 2)))
                .withMessage("second must have an outcome for each of the first's 6, but had 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Agreement.of(List.of(of(0, 0)), List.of(of(1, 0))))
                .withMessage("label of example 0 must be the first's 0, but was 1");
    }

    private static Outcome of(int label, int predicted) {
        return new Outcome(label, predicted, label == predicted ? 0 : 1, 0.5);
    }

    @Test
    void outcome_equalLogitsAndNotANumber() {
        float[] rows = {1, 1, 0, Float.NaN, 5, 1};
        assertThat(Outcome.of(rows, 0, 3, 1).rank()).as("equal, lower class first").isEqualTo(1);
        assertThat(Outcome.of(rows, 0, 3, 0).isCorrect()).isTrue();
        Outcome broken = Outcome.of(rows, 1, 3, 1);
        assertThat(broken.isCorrect()).as("a logit that is no number").isFalse();
        assertThat(broken.confidence()).isNaN();
        assertThat(Scores.probability(new float[] {1000, 0}, 0, 2, 0)).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Outcome.of(rows, 0, 3, 3))
                .withMessage("label must be in 0..2, but was 3");
    }
}
