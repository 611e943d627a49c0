package io.ssld.zoo.internal.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions without parameters, dropout and normalisation: small cases by hand. */
class OpTest {

    private static final float[] POINTS = {-7, -3, -1, 0, 1, 3, 7};

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void activations_points_byHand() {
        assertPoints(Op.relu(), 0, 0, 0, 0, 1, 3, 7);
        assertPoints(Op.relu6(), 0, 0, 0, 0, 1, 3, 6);
        assertPoints(Op.hardSwish(), 0, 0, -1 / 3.0, 0, 2 / 3.0, 3, 7);
        assertPoints(Op.hardSigmoid(0.2), 0, 0, 0.3, 0.5, 0.7, 1, 1);
        assertPoints(Op.hardSigmoid(1 / 6.0), 0, 0, 1 / 3.0, 0.5, 2 / 3.0, 1, 1);
        double ofThree = 1 / (1 + Math.exp(-3));
        assertPoints(
                Op.sigmoid(),
                9.110512e-4,
                1 - ofThree,
                0.26894142,
                0.5,
                0.73105858,
                ofThree,
                0.99908895);
        assertPoints(Op.clipToUnit(), 0, 0, 0, 0, 1, 1, 1);
    }

    /**
     * A number that DJL puts into a Java buffer is lost to the graph with the next collection; see
     * {@link Constants}.
     */
    @Test
    void gradient_garbageCollectedBeforeBackward_isTheSame() {
        for (Block block :
                List.of(
                        Op.hardSwish(),
                        Op.hardSigmoid(0.2),
                        Dropout.downscaleInInference(0.2),
                        Op.meanPool())) {
            float[] expected = gradient(block, () -> {});
            for (int i = 0; i < 5; i++) {
                assertThat(gradient(block, OpTest::churn)).isEqualTo(expected);
            }
        }
    }

    private float[] gradient(Block block, Runnable between) {
        NDArray x = image(8, 8).div(20).sub(1);
        x.setRequiresGradient(true);
        manager.getEngine().setRandomSeed(1);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray sum = run(block, x, true).sum();
            between.run();
            collector.backward(sum);
        }
        return x.getGradient().toFloatArray();
    }

    /** Collects what nobody holds, and takes its memory for something else. */
    private static void churn() {
        System.gc();
        for (int i = 0; i < 2000; i++) {
            ByteBuffer.allocateDirect(4).putInt(0x55555555);
        }
    }

    @Test
    void meanPool_edge_paddingNotCounted() {
        NDArray means = run(Op.meanPool(), image(5, 4), false);
        // Rows 0..4, columns 0..3 of value 4 row + column; the first window is rows 0-1, columns
        // 0-1, the last rows 3-4, columns 1-3.
        assertThat(means.getShape()).isEqualTo(new Shape(1, 1, 3, 2));
        assertThat(means.toFloatArray())
                .containsExactly(new float[] {2.5f, 4, 8.5f, 10, 14.5f, 16}, within(1e-5f));
    }

    @Test
    void halve_oddEdge_fewerPixels() {
        NDArray means = run(Op.halve(), image(3, 3), false);
        assertThat(means.toFloatArray())
                .containsExactly(new float[] {2, 3.5f, 6.5f, 8}, within(1e-5f));
    }

    @Test
    void maxPool_image_largestOfWindows() {
        NDArray largest = run(Op.maxPool(), image(3, 3), false);
        assertThat(largest.toFloatArray()).containsExactly(4, 5, 7, 8);
    }

    @Test
    void upsample_image_pixelsRepeated() {
        NDArray large = run(Op.upsample(2), image(1, 2), false);
        assertThat(large.toFloatArray()).containsExactly(0, 0, 1, 1, 0, 0, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 7, 8})
    void outputShapes_eachSize_asComputed(int side) {
        NDArray input = manager.ones(new Shape(2, 3, side, side + 1));
        Block[] blocks = {
            Op.relu(),
            Op.globalMean(),
            Op.maxPool(),
            Op.meanPool(),
            Op.halve(),
            Op.upsample(4),
            new ChannelNorm()
        };
        for (Block block : blocks) {
            Shape[] shapes = block.getOutputShapes(new Shape[] {input.getShape()});
            assertThat(run(block, input, true).getShape()).isEqualTo(shapes[0]);
        }
    }

    @Test
    void dropout_downscaling_factorAtInferenceOnly() {
        NDArray ones = manager.ones(new Shape(100, 100));
        Dropout dropout = Dropout.downscaleInInference(0.25);
        assertThat(run(dropout, ones, false)).isEqualTo(ones.mul(0.75));
        NDArray trained = run(dropout, ones, true);
        assertThat(trained.max().getFloat()).isCloseTo(1, within(1e-6f));
        assertThat(trained.mean().getFloat()).isCloseTo(0.75f, within(0.03f));
    }

    @Test
    void dropout_upscaling_factorInTrainingOnly() {
        NDArray ones = manager.ones(new Shape(100, 100));
        Dropout dropout = Dropout.upscaleInTraining(0.25);
        assertThat(run(dropout, ones, false)).isEqualTo(ones);
        NDArray trained = run(dropout, ones, true);
        assertThat(trained.max().getFloat()).isCloseTo(4 / 3f, within(1e-6f));
        assertThat(trained.mean().getFloat()).isCloseTo(1, within(0.04f));
    }

    @Test
    void channelNorm_oneValuePerChannelInTraining_unchangedAndNothingLearnt() {
        NDArray one = manager.create(new float[] {3, -5}, new Shape(1, 2, 1, 1));
        ChannelNorm norm = new ChannelNorm();
        assertThat(run(norm, one, true)).isEqualTo(one);
        NDArray mean = norm.getParameters().get("runningMean").getArray();
        assertThat(mean.toFloatArray()).containsExactly(0, 0);
        run(norm, manager.ones(new Shape(2, 2, 1, 1)), true);
        assertThat(mean.toFloatArray()).containsExactly(new float[] {0.1f, 0.1f}, within(1e-6f));
    }

    private NDArray image(int height, int width) {
        return manager.arange((float) height * width).reshape(1, 1, height, width);
    }

    private NDArray run(Block block, NDArray input, boolean training) {
        ParameterStore parameters = new ParameterStore(manager, false);
        return block.forward(parameters, new NDList(input), training).singletonOrThrow();
    }

    private void assertPoints(Op op, double... expected) {
        float[] actual = run(op, manager.create(POINTS), false).toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("%s", POINTS[i]).isCloseTo(expected[i], within(1e-6));
        }
    }
}
