package io.ssld.zoo.internal.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * On a CPU with AVX-512 the engine's own convolution fails the channels-last rows of 40, 72 and 104
 * filters by more than half of the largest value, and the row of 1024 filters ends the JVM.
 */
class PixelConvTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "16, 72, 32, 4, true, true",
        "24, 40, 32, 7, true, true",
        "240, 40, 16, 4, false, true",
        "104, 104, 16, 4, false, true",
        "104, 104, 16, 4, false, false",
        "96, 576, 32, 2, false, true",
        "96, 576, 32, 2, true, false",
        "512, 1024, 32, 4, false, true",
        "512, 1024, 32, 4, true, true",
        "64, 16, 2, 1, false, false",
        "5, 3, 3, 2, true, false"
    })
    void pass_layouts_asInFloat64(
            int channels, int filters, int batch, int side, boolean together, boolean lastAxis) {
        Shape pixels = new Shape(batch, side, side, channels);
        NDArray image = manager.randomNormal(pixels).transpose(0, 3, 1, 2);
        NDArray input = lastAxis ? image : image.reshape(-1).reshape(image.getShape());
        PixelConv block = new PixelConv(builder(filters), together);
        block.initialize(manager, DataType.FLOAT32, input.getShape());
        NDArray weight = block.getParameters().get("weight").getArray();
        NDArray bias = block.getParameters().get("bias").getArray();
        bias.set(manager.randomNormal(bias.getShape()).toFloatArray());
        NDArray factors = manager.randomNormal(new Shape(batch, filters, side, side));
        input.setRequiresGradient(true);
        NDArray output;
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            output =
                    block.forward(new ParameterStore(manager, false), new NDList(input), true)
                            .head();
            collector.backward(output.mul(factors).sum());
        }
        NDArray rows = wide(input).transpose(0, 2, 3, 1).reshape(-1, channels);
        NDArray matrix = wide(weight).reshape(filters, channels);
        NDArray slopes = wide(factors).transpose(0, 2, 3, 1).reshape(-1, filters);
        assertClose(
                output.transpose(0, 2, 3, 1),
                rows.matMul(matrix.transpose()).add(wide(bias)).reshape(-1));
        assertClose(input.getGradient().transpose(0, 2, 3, 1), slopes.matMul(matrix).reshape(-1));
        assertClose(weight.getGradient(), slopes.transpose().matMul(rows).reshape(-1));
        assertClose(bias.getGradient(), slopes.sum(new int[] {0}));
    }

    private static NDArray wide(NDArray array) {
        return array.toType(DataType.FLOAT64, true);
    }

    /** Within what float32 sums of so many terms may differ. */
    private static void assertClose(NDArray actual, NDArray expected) {
        float[] numbers = actual.toFloatArray();
        double[] reference = expected.toDoubleArray();
        assertThat(numbers).hasSameSizeAs(reference);
        double tolerance = 5e-6 * expected.abs().max().getDouble();
        for (int i = 0; i < numbers.length; i++) {
            assertThat((double) numbers[i]).isCloseTo(reference[i], within(tolerance));
        }
    }

    private static Conv2d.Builder builder(int filters) {
        return Conv2d.builder().setKernelShape(new Shape(1, 1)).setFilters(filters);
    }
}
