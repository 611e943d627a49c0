package io.ssld.zoo.internal.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.ssld.zoo.UsedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine's own convolution fails the first test wherever it works on blocks of 16 channels. */
class ChannelsLastConvTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** Of HRNet_W18_C, Res2Net, the small networks, PPLCNet's stem; a batch of one has a path. */
    @ParameterizedTest
    @CsvSource({
        "18, 18, 3, 1, 16, 2",
        "36, 36, 3, 1, 8, 2",
        "72, 144, 3, 2, 8, 2",
        "26, 26, 3, 2, 16, 32",
        "104, 104, 3, 1, 8, 2",
        "18, 18, 3, 1, 56, 1",
        "18, 18, 3, 1, 1, 4",
        "64, 18, 3, 1, 16, 2",
        "1, 8, 3, 2, 28, 4",
        "24, 24, 3, 1, 14, 4",
        "3, 4, 3, 2, 64, 2",
        "20, 20, 7, 2, 16, 2"
    })
    void pass_memoryLeftFullOfNan_finite(
            int channels, int filters, int kernel, int stride, int side, int batch) {
        Shape input = new Shape(batch, channels, side, side);
        Block block = new ChannelsLastConv(builder(filters, kernel, stride));
        Passed passed = pass(block, manager.randomNormal(input), UsedMemory::leaveNan);
        assertThat(largest(passed.output())).isFinite();
        assertThat(largest(passed.ofInput())).isFinite();
        assertThat(largest(passed.ofWeight())).isFinite();
    }

    /** In float64, which the engine computes in another way, whatever lies in the memory. */
    @ParameterizedTest
    @CsvSource({"18, 26, 3, 1, 9", "5, 16, 3, 2, 8", "16, 7, 5, 2, 7", "6, 6, 1, 2, 4"})
    void pass_layouts_asTheEnginesOwnInFloat64(
            int channels, int filters, int kernel, int stride, int side) {
        Shape shape = new Shape(3, channels, side, side + 1);
        NDArray image = manager.randomNormal(shape);
        Block ours = new ChannelsLastConv(builder(filters, kernel, stride));
        Passed actual = pass(ours, image, () -> {});
        Block engines = builder(filters, kernel, stride).build();
        NDArray weight = ours.getParameters().get("weight").getArray();
        engines.setInitializer(
                (owner, size, type) -> weight.toType(type, true),
                t -> t.getName().equals("weight"));
        Passed expected = pass(engines, image.toType(DataType.FLOAT64, true), () -> {});
        assertClose(actual.output(), expected.output());
        assertClose(actual.ofInput(), expected.ofInput());
        assertClose(actual.ofWeight(), expected.ofWeight());
    }

    private static float largest(NDArray array) {
        return array.abs().max().getFloat();
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        float[] numbers = actual.toFloatArray();
        double[] reference = expected.toDoubleArray();
        for (int i = 0; i < numbers.length; i++) {
            double tolerance = 1e-5 * (10 + Math.abs(reference[i]));
            assertThat((double) numbers[i]).isCloseTo(reference[i], within(tolerance));
        }
    }

    private record Passed(NDArray output, NDArray ofInput, NDArray ofWeight) {}

    private Passed pass(Block block, NDArray image, Runnable before) {
        block.initialize(manager, image.getDataType(), image.getShape());
        image.setRequiresGradient(true);
        before.run();
        NDArray output;
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            ParameterStore parameters = new ParameterStore(manager, false);
            output = block.forward(parameters, new NDList(image), true).singletonOrThrow();
            NDArray sum = output.square().sum();
            before.run();
            collector.backward(sum);
        }
        NDArray weight = block.getParameters().get("weight").getArray();
        return new Passed(output, image.getGradient(), weight.getGradient());
    }

    private static Conv2d.Builder builder(int filters, int kernel, int stride) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optBias(false);
    }
}
