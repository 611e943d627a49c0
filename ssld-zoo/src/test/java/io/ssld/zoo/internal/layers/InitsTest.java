package io.ssld.zoo.internal.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.initializer.Initializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** First weights have the spread that their formula says. */
class InitsTest {

    private final NDManager manager = NDManager.newBaseManager();

    @BeforeEach
    void seed() {
        Engine.getInstance().setRandomSeed(7);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void linear_bounds_byShape() {
        assertUniform(Inits.uniformFanIn(), new Shape(300, 100), 0.1);
        assertUniform(Inits.xavierUniform(), new Shape(300, 100), Math.sqrt(6.0 / 400));
    }

    @Test
    void square_eitherCount_inputsOfAnOutput() {
        double expected = Math.sqrt(2.0 / (9 * 64));
        for (Convs.FanIn fanIn : Convs.FanIn.values()) {
            assertSpread(weight(Convs.named(fanIn).square(3, 64, 1)), expected);
        }
    }

    @Test
    void depthwise_eitherCount_oneOrAllChannels() {
        assertSpread(
                weight(Convs.named(Convs.FanIn.FILTER).depthwise(5, 64, 1)), Math.sqrt(2.0 / 25));
        assertSpread(
                weight(Convs.named(Convs.FanIn.ALL_CHANNELS).depthwise(5, 64, 1)),
                Math.sqrt(2.0 / (25 * 64)));
    }

    @Test
    void divisible_widths_roundedButNotTooFarDown() {
        assertThat(Layers.divisible(16 * 0.35, 8)).isEqualTo(8);
        assertThat(Layers.divisible(40 * 0.35, 8)).isEqualTo(16);
        assertThat(Layers.divisible(24 * 0.5, 8)).isEqualTo(16);
        // 16 would be nearer, but is less than 0.9 times 18.4.
        assertThat(Layers.divisible(18.4, 16)).isEqualTo(32);
        assertThat(Layers.divisible(112 * 1.3, 4)).isEqualTo(144);
    }

    private NDArray weight(Block convolution) {
        convolution.initialize(manager, DataType.FLOAT32, new Shape(1, 64, 8, 8));
        return convolution.getParameters().valueAt(0).getArray();
    }

    private void assertUniform(Initializer initializer, Shape shape, double bound) {
        NDArray values = initializer.initialize(manager, shape, DataType.FLOAT32);
        assertThat((double) values.abs().max().getFloat())
                .isLessThanOrEqualTo(bound + 1e-6)
                .isGreaterThan(0.99 * bound);
        assertSpread(values, bound / Math.sqrt(3));
    }

    private static void assertSpread(NDArray values, double expected) {
        double spread = Math.sqrt(values.square().mean().getFloat());
        // Five standard errors of a sample of this size.
        double tolerance = 5 * expected / Math.sqrt(2.0 * values.size());
        assertThat(spread).isCloseTo(expected, within(tolerance));
    }
}
