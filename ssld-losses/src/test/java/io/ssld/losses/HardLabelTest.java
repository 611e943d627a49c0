package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardLabelTest {

    private static final float WEIGHT = .7f;

    private final Loss loss =
            DistillationLoss.builder()
                    .setDivergence(Divergences::symmetricKl)
                    .optTemperature(2)
                    .optHardLabelWeight(WEIGHT)
                    .build();

    private final double[][] studentRows = Batches.random(1, 4, 6, 2);
    private final double[][] teacherRows = Batches.random(2, 4, 6, 2);
    private NDManager manager;
    private NDArray student;
    private NDArray teacher;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        student = manager.create(studentRows);
        teacher = manager.create(teacherRows);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void hardLabels_goldenSample_goldenCrossEntropy() {
        Loss onlyHard =
                DistillationLoss.builder()
                        .setDivergence(Divergences::kl)
                        .optWeight(0)
                        .optHardLabelWeight(1)
                        .build();
        NDArray target = manager.create(new int[] {0, 2});
        double value =
                Batches.value(
                        onlyHard,
                        manager.create(Batches.STUDENT),
                        target,
                        manager.create(Batches.TEACHER));
        assertThat(value).isCloseTo(.4976596962, within(1e-10));
    }

    @Test
    void hardLabels_allLabelled_valueAndGradientEqualReference() {
        assertEqualsReference(0, 5, 2, 2);
    }

    @Test
    void hardLabels_someLabelled_averageOverThoseOnly() {
        assertEqualsReference(-1, 3, -1, 0);
    }

    @Test
    void hardLabels_noneLabelled_valueAndGradientOfDivergenceAlone() {
        assertEqualsReference(-1, -1, -1, -1);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "FLOAT32", "FLOAT64", "INT8", "INT32", "INT64"})
    void targets_anyTypeAndColumn_sameValue(DataType type) {
        NDArray target = manager.create(new int[] {4, -1, 0, 5}).toType(type, true);
        double expected = expected(studentRows, 4, -1, 0, 5);
        assertThat(Batches.value(loss, student, target, teacher)).isCloseTo(expected, within(1e-7));
        assertThat(Batches.value(loss, student, target.reshape(new Shape(4, 1)), teacher))
                .isCloseTo(expected, within(1e-7));
    }

    @ParameterizedTest
    @ValueSource(floats = {6, -2, 1.5f, Float.NaN, Float.POSITIVE_INFINITY})
    void targets_notAClass_refusedWithExampleAndRange(float wrong) {
        NDArray target = manager.create(new float[] {0, -1, wrong, 1});
        assertThatThrownBy(() -> Batches.value(loss, student, target, teacher))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "target of example 2 must be a class from 0 to 5 or -1 for an unlabelled"
                                + " example, but was "
                                + wrong);
    }

    @Test
    void targets_missing_refused() {
        assertThatThrownBy(() -> Batches.value(loss, student, teacher))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("labels must hold targets before the teacher's logits")
                .hasMessageEndingWith("or drop optHardLabelWeight");
    }

    @Test
    void targets_oneHot_refused() {
        NDArray oneHot = manager.zeros(new Shape(4, 6));
        assertThatThrownBy(() -> Batches.value(loss, student, oneHot, teacher))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "targets must have shape (4) or (4, 1), but was (4, 6); give one class"
                                + " number per example");
    }

    private void assertEqualsReference(int... targets) {
        NDArray target = manager.create(targets);
        assertThat(Batches.value(loss, student, target, teacher))
                .isCloseTo(expected(studentRows, targets), within(1e-7));
        double[][] gradient = Reference.gradient(s -> expected(s, targets), studentRows);
        assertThat(Batches.gradient(loss, student, target, teacher).toDoubleArray())
                .containsExactly(Batches.flat(gradient), within(1e-7));
    }

    private double expected(double[][] rows, int... targets) {
        return Reference.mean(Reference::symmetricKl, rows, teacherRows, 2)
                + WEIGHT * Reference.crossEntropy(rows, targets);
    }
}
