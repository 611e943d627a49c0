package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of torch.nn.functional.cross_entropy(..., label_smoothing=...), PyTorch 1.13, double. */
class LabelSmoothingLossTest {

    private NDManager manager;
    private NDArray student;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        student = manager.create(Batches.STUDENT);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void evaluate_tenth_valueAndGradientEqualPyTorch() {
        LabelSmoothingLoss loss = new LabelSmoothingLoss(0.1f);
        NDArray target = manager.create(new long[] {0, 1});
        assertThat(Batches.value(loss, student, target)).isCloseTo(1.5276596962, within(1e-8));
        assertThat(Batches.gradient(loss, student, target).toDoubleArray())
                .containsExactly(
                        new double[] {
                            -0.1434668244,
                            0.1048657463,
                            0.0352173516,
                            0.0033837265,
                            0.0940486521,
                            -0.4233029414,
                            0.2771292650,
                            0.0521250243
                        },
                        within(1e-8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT16", "FLOAT32"})
    void evaluate_labelledBatch_everyBitOfDjlsDenseCrossEntropy(DataType type) {
        for (int classes : new int[] {2, 7, 100}) {
            NDArray logits = Batches.array(manager, Batches.random(classes, 13, classes, 3), type);
            NDArray target = manager.arange(13).mod(classes).toType(DataType.INT64, false);
            float smoothing = 0.1f;
            NDArray dense = target.oneHot(classes, type);
            dense = dense.mul(1 - smoothing).add(smoothing / classes);
            Loss djl = new SoftmaxCrossEntropyLoss("dense", 1, -1, false, true);
            LabelSmoothingLoss loss = new LabelSmoothingLoss("mine", smoothing);
            assertThat(loss.getName()).isEqualTo("mine");
            assertThat(Batches.value(loss, logits, target))
                    .isEqualTo(Batches.value(djl, logits, dense));
            assertThat(Batches.doubles(Batches.gradient(loss, logits.duplicate(), target)))
                    .isEqualTo(Batches.doubles(Batches.gradient(djl, logits.duplicate(), dense)));
        }
    }

    @Test
    void evaluate_unlabelledExample_isLeftOut() {
        LabelSmoothingLoss loss = new LabelSmoothingLoss(0.3f);
        NDArray target = manager.create(new long[] {LabelSlots.UNLABELLED, 1});
        assertThat(Batches.value(loss, student, target)).isCloseTo(2.2835063899, within(1e-7));
        NDArray none = manager.create(new long[] {-1, -1});
        assertThat(Batches.value(loss, student, none)).isZero();
    }

    @Test
    void evaluate_noSmoothing_isPlainCrossEntropy() {
        NDArray target = manager.create(new long[] {0, 2});
        assertThat(Batches.value(new LabelSmoothingLoss(0), student, target))
                .isCloseTo(.4976596962, within(1e-10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT16", "FLOAT32"})
    void evaluate_lowerPrecision_isClose(DataType type) {
        NDArray target = manager.create(new long[] {0, 1});
        LabelSmoothingLoss loss = new LabelSmoothingLoss(0.1f);
        assertThat(Batches.value(loss, student.toType(type, true), target))
                .isCloseTo(1.5276596962, within(type == DataType.FLOAT16 ? 2e-3 : 1e-6));
    }

    @Test
    void evaluate_badInput_isRefused() {
        LabelSmoothingLoss loss = new LabelSmoothingLoss(0.1f);
        assertThatThrownBy(() -> loss.evaluate(new NDList(), new NDList(student)))
                .hasMessage("labels must hold the targets first, but was empty");
        NDArray oneHot = manager.zeros(new Shape(2, 4));
        assertThatThrownBy(() -> Batches.value(loss, student, oneHot))
                .hasMessageStartingWith("targets must have shape (2) or (2, 1), but was (2, 4)");
        NDArray outside = manager.create(new long[] {0, 4});
        assertThatThrownBy(() -> Batches.value(loss, student, outside))
                .hasMessageStartingWith("target of example 1 must be a class from 0 to 3");
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, 1, Float.NaN})
    void constructor_outOfRange_isRefused(float smoothing) {
        assertThatThrownBy(() -> new LabelSmoothingLoss(smoothing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("smoothing must be 0 to less than 1, but was " + smoothing);
    }
}
