package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import io.ssld.core.data.internal.DatasetBatches;
import io.ssld.core.evaluation.Evaluation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {

    /** Seven classes; the rank of the label among the logits is 0, 0, 1, 4, 5, 6, 0. */
    private static final float[][] LOGITS = {
        {9, 1, 2, 3, 4, 5, 6},
        {0, 9, 1, 2, 3, 4, 5},
        {0, 9, 8, 1, 2, 3, 4},
        {9, 8, 7, 5, 6, 0, 1},
        {9, 8, 7, 6, 4, 5, 0},
        {9, 8, 7, 6, 5, 3, 4},
        {0, 1, 2, 3, 4, 5, 6},
    };

    private static final int[] LABELS = {0, 1, 2, 3, 4, 5, 6};

    private NDManager manager;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void tearDown() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 50})
    void evaluate_anyBatchSize_countsEveryExampleOnce(int batch) throws Exception {
        Evaluation evaluation = evaluator(LOGITS, LABELS, batch).evaluate(inputs -> inputs.head());
        assertThat(evaluation.examples()).isEqualTo(7);
        assertThat(evaluation.top1()).isCloseTo(3 / 7.0, within(1e-12));
        assertThat(evaluation.top5()).isCloseTo(5 / 7.0, within(1e-12));
    }

    @Test
    void evaluate_equalLogits_ranksByClassNumber() throws Exception {
        float[][] equal = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
        Evaluation evaluation =
                evaluator(equal, new int[] {0, 1, 2}, 2).evaluate(inputs -> inputs.head());
        assertThat(evaluation.top1()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(evaluation.top5()).isEqualTo(1);
    }

    @Test
    void evaluate_notANumber_isWrong() throws Exception {
        float[][] damaged = {{Float.NaN, 0}, {0, Float.NaN}};
        Evaluation evaluation =
                evaluator(damaged, new int[] {0, 0}, 2).evaluate(inputs -> inputs.head());
        assertThat(evaluation.top1()).isZero();
    }

    @Test
    void compare_twoNetworks_countsEqualFirstChoices() throws Exception {
        Evaluator.Comparison comparison =
                evaluator(LOGITS, LABELS, 4)
                        .compare(inputs -> inputs.head(), EvaluatorTest::reversed);
        assertThat(comparison.first().top1()).isCloseTo(3 / 7.0, within(1e-12));
        // Reversed columns: the first choice c becomes 6 - c; none of 0, 1, 6 stays.
        assertThat(comparison.agreement()).isZero();
        assertThat(
                        evaluator(LOGITS, LABELS, 4)
                                .compare(inputs -> inputs.head(), inputs -> inputs.head())
                                .agreement())
                .isEqualTo(1);
    }

    @Test
    void evaluate_labelBeyondTheClasses_isRefused() {
        assertThatThrownBy(
                        () ->
                                evaluator(LOGITS, new int[] {0, 1, 2, 3, 4, 5, 7}, 4)
                                        .evaluate(inputs -> inputs.head()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("less than the networks' 7 classes, but was 7");
    }

    @Test
    void evaluate_unlabelledData_isRefused() {
        ArrayDataset unlabelled =
                new ArrayDataset.Builder()
                        .setData(manager.create(LOGITS))
                        .setSampling(2, false)
                        .build();
        assertThatThrownBy(
                        () ->
                                new Evaluator(new DatasetBatches(unlabelled), manager)
                                        .evaluate(inputs -> inputs.head()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("validation data must be labelled");
    }

    private static NDArray reversed(NDList inputs) {
        return inputs.head().flip(1);
    }

    private Evaluator evaluator(float[][] logits, int[] labels, int batch) throws Exception {
        ArrayDataset data =
                new ArrayDataset.Builder()
                        .setData(manager.create(logits))
                        .optLabels(manager.create(labels))
                        .setSampling(batch, false)
                        .build();
        return new Evaluator(new DatasetBatches(data), manager);
    }
}
