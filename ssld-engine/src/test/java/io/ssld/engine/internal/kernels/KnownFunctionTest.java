package io.ssld.engine.internal.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import io.ssld.engine.Precision;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lambda blocks that are written, and those that only look as if they could be. */
class KnownFunctionTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    static Stream<Block> known() {
        return Stream.of(
                Blocks.identityBlock(),
                Blocks.batchFlattenBlock(),
                Activation.reluBlock(),
                Activation.relu6Block(),
                Activation.sigmoidBlock(),
                Activation.tanhBlock(),
                Activation.swishBlock(1),
                Activation.geluBlock(),
                Activation.seluBlock(),
                lambda(x -> x.add(3).clip(0, 6).mul(x).div(6)),
                // No name and another formula.
                lambda(x -> x.maximum(0)));
    }

    @ParameterizedTest
    @MethodSource("known")
    void of_knownFunction_written(Block lambda) {
        assertThat(KnownFunction.of(lambda, manager)).isPresent();
        // Once over a fresh value, once over one that is used again.
        Shape shape = new Shape(9, 5);
        Block network =
                new SequentialBlock()
                        .add(lambda)
                        .add(Linear.builder().setUnits(6).build())
                        .add(lambda);
        Pieces.initialized(network, manager, shape);
        NDArray x = manager.randomNormal(shape).mul(4);
        NDArray before = x.duplicate();
        NDArray expected =
                network.forward(new ParameterStore(manager, false), new NDList(x), false).head();
        NetworkCompiler compiler =
                new NetworkCompiler(Kernels.of(manager.getEngine()), Precision.FLOAT32);
        try (CompiledFunction function = compiler.compile(network, manager)) {
            assertThat(function.cuts()).isEmpty();
            NDArray difference = function.run(x).duplicate().sub(expected).abs();
            assertThat(difference.max().getFloat()).isLessThan(1e-5f);
            assertThat(x).isEqualTo(before);
        }
    }

    static Stream<Block> unknown() {
        return Stream.of(
                lambda(x -> x.mul(1.001)),
                lambda(x -> x.clip(-100_000, 100_000)),
                Activation.swishBlock(1.5f),
                // DJL's takes a logarithm of base 2, which is not the engine's.
                Activation.mishBlock(),
                Activation.leakyReluBlock(0.01f),
                Activation.eluBlock(1),
                // The identity on images of five rows and four columns, and on no others.
                lambda(KnownFunctionTest::resized),
                lambda(x -> x.flip(1)),
                lambda(x -> x.transpose(0, 1)),
                lambda(x -> x.softmax(1)),
                lambda(x -> x.reshape(1, -1)),
                Blocks.batchFlattenBlock(60),
                Pool.globalAvgPool2dBlock(),
                new LambdaBlock(list -> new NDList(list.head(), list.head())));
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void of_otherFunction_empty(Block lambda) {
        assertThat(KnownFunction.of(lambda, manager)).isEmpty();
    }

    @Test
    void of_nameOfAnother_notTrusted() {
        Block block = LambdaBlock.singleton(x -> x.mul(2), "ReLU");
        assertThat(KnownFunction.of(block, manager)).isEmpty();
    }

    private static NDArray resized(NDArray x) {
        return x.getShape().dimension() == 4
                ? x.getNDArrayInternal().interpolation(new long[] {5, 4}, 0, false)
                : x;
    }

    private static Block lambda(Function<NDArray, NDArray> function) {
        return LambdaBlock.singleton(function);
    }
}
