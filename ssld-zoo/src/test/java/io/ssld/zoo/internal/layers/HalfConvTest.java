package io.ssld.zoo.internal.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.PrecisionScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The zoo's convolutions in a scope of 16 bits; what they compute there is tested with kernels. */
class HalfConvTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 24, 40, 1, true",
        "3, 32, 48, 2, true",
        "3, 24, 40, 1, false",
        "3, 3, 16, 2, false"
    })
    void forward_inScope_halfOnlyWhereTheEngineIsRight(
            int kernel, int channels, int filters, int stride, boolean halves) {
        Convs convs = Convs.named(Convs.FanIn.FILTER);
        assertHalves(convs.square(kernel, filters, stride), channels, halves);
    }

    @ParameterizedTest
    @CsvSource({"3, 64, 1", "5, 72, 2"})
    void forward_depthwiseInScope_32Bits(int kernel, int channels, int stride) {
        Convs convs = Convs.named(Convs.FanIn.FILTER);
        assertHalves(convs.depthwise(kernel, channels, stride), channels, false);
    }

    private void assertHalves(Block block, int channels, boolean halves) {
        NDArray x = manager.randomNormal(new Shape(4, channels, 8, 8));
        block.initialize(manager, DataType.FLOAT32, x.getShape());
        NDArray wide = forward(block, x);
        NDArray half;
        try (PrecisionScope scope = PrecisionScope.open(Precision.BFLOAT16)) {
            half = forward(block, x);
        }
        assertThat(half.getDataType()).isEqualTo(DataType.FLOAT32);
        float difference = half.sub(wide).abs().max().getFloat() / wide.abs().max().getFloat();
        if (halves) {
            assertThat(difference).isBetween(1e-5f, 2e-2f);
        } else {
            assertThat(difference).isZero();
        }
        assertThat(forward(block, x).contentEquals(wide)).as("after the scope").isTrue();
    }

    private NDArray forward(Block block, NDArray x) {
        return block.forward(new ParameterStore(manager, false), new NDList(x), false).head();
    }
}
