package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On the CPU, DJL's arrays made of Java data lie in Java buffers, and the engine's graph does not
 * keep those alive. Each loss must give the same gradient if the garbage collector runs between
 * forward and backward.
 */
class GarbageCollectionTest {

    private static final int ROWS = 500;
    private static final int CLASSES = 6;

    static Stream<Loss> losses() {
        return Stream.of(
                DistillationLoss.symmetricKl(),
                DistillationLoss.jensenShannon(),
                DistillationLoss.kl(4),
                DistillationLoss.softCrossEntropy(),
                DistillationLoss.builder()
                        .setDivergence(Divergences::symmetricKl)
                        .optName("WithHardLabels")
                        .optTemperature(2)
                        .optWeight(0.3f)
                        .optHardLabelWeight(0.7f)
                        .build(),
                new LabelSmoothingLoss(0.2f),
                WeightedSumLoss.builder().add(DistillationLoss.symmetricKl(), 0.3f).build());
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gradient_garbageCollectedBeforeBackward_isTheSame(Loss loss) {
        float[] expected = gradient(loss, () -> {});
        for (int i = 0; i < 5; i++) {
            assertThat(gradient(loss, GarbageCollectionTest::churn)).isEqualTo(expected);
        }
    }

    /** The control: a number given to DJL as it is, is lost. Should this fail, DJL mended it. */
    @Test
    void djlsOwnProduct_garbageCollectedBeforeBackward_isWrong() {
        boolean wrong = false;
        for (int i = 0; i < 50 && !wrong; i++) {
            try (NDManager manager = NDManager.newBaseManager()) {
                NDArray x = manager.ones(new Shape(1000));
                x.setRequiresGradient(true);
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    NDArray value = x.mul(3f).sum();
                    churn();
                    collector.backward(value);
                }
                wrong = x.getGradient().getFloat(0) != 3f;
            }
        }
        assertThat(wrong).isTrue();
    }

    private static float[] gradient(Loss loss, Runnable between) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray student = logits(manager, 3);
            student.setRequiresGradient(true);
            NDList labels = new NDList(manager.arange(ROWS).mod(CLASSES), logits(manager, 4));
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray value = loss.evaluate(labels, new NDList(student));
                between.run();
                collector.backward(value);
            }
            return student.getGradient().toFloatArray();
        }
    }

    private static NDArray logits(NDManager manager, int seed) {
        double[][] rows = Batches.random(seed, ROWS, CLASSES, 2);
        return manager.create(rows).toType(DataType.FLOAT32, true);
    }

    /** Collects what nobody holds, and takes its memory for something else. */
    private static void churn() {
        System.gc();
        for (int size : new int[] {4, 8, 4 * ROWS, 8 * ROWS}) {
            for (int i = 0; i < 1000; i++) {
                ByteBuffer other = ByteBuffer.allocateDirect(size);
                while (other.hasRemaining()) {
                    other.put((byte) 0x55);
                }
            }
        }
    }
}
