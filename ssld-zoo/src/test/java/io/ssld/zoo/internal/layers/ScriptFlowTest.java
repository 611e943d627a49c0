package io.ssld.zoo.internal.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.CompiledFunction;
import io.ssld.engine.internal.kernels.Gate;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.engine.internal.kernels.NetworkCompiler;
import io.ssld.zoo.Architecture;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every layer that a family of networks uses, with statistics as training leaves them. */
class ScriptFlowTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PPLCNetV2_base",
                "PPLCNet_x0_25",
                "MobileNetV2",
                "MobileNetV3_small_x0_35",
                "GhostNet_x1_3",
                "PPHGNet_tiny",
                "ResNet50_vd",
                "Res2Net50_vd_26w_4s",
                "HRNet_W18_C"
            })
    void compile_everyFamily_logitsOfTheNetwork(String name) {
        Shape shape = new Shape(2, 3, 32, 32);
        // How far rounding grows depends on the weights: the same in every run.
        manager.getEngine().setRandomSeed(7);
        Block network = Architecture.of(name).newBlock(7);
        network.initialize(manager, DataType.FLOAT32, shape);
        network.freezeParameters(true);
        unsettle(network);
        NDArray image = manager.randomNormal(shape);
        NDArray expected =
                network.forward(new ParameterStore(manager, false), new NDList(image), false)
                        .head();
        assertThat(difference(network, image, expected, false)).isLessThan(1e-3f);
        float half = difference(network, image, expected, true);
        // GhostNet with random weights amplifies rounding without bound: its teacher falls back.
        assertThat(half).isBetween(1e-6f, name.startsWith("GhostNet") ? 10 : 0.1f);
    }

    /** Inside a residual sum, where what came before is needed again, and at both ends. */
    @Test
    void compile_blocksThatCannotBeWritten_logitsOfTheNetwork() {
        Shape shape = new Shape(2, 3, 32, 32);
        manager.getEngine().setRandomSeed(7);
        Convs convs = Convs.named(Convs.FanIn.FILTER).withChannelsTogether();
        // Of a width that the engine computes rightly in any layout.
        Block dilated =
                Conv2d.builder()
                        .setKernelShape(new Shape(3, 3))
                        .setFilters(32)
                        .optPadding(new Shape(2, 2))
                        .optDilation(new Shape(2, 2))
                        .build();
        Chain residual =
                new Chain()
                        .add(convs.depthwise(3, 32, 1).relu())
                        .add(dilated)
                        .add(convs.pointwise(32))
                        .sumThenRelu();
        Chain features =
                new Chain()
                        .add(LambdaBlock.singleton(x -> x.mul(0.5f), "first"))
                        .add(convs.square(3, 32, 2).relu())
                        .add(residual)
                        .add(new SqueezeExcite(32, Gate.SIGMOID));
        Block network = Layers.withExpandedClassifier(features, 32, Op.hardSwish(), 0.2, 7);
        network.initialize(manager, DataType.FLOAT32, shape);
        network.freezeParameters(true);
        unsettle(network);
        NDArray image = manager.randomNormal(shape);
        NDArray expected =
                network.forward(new ParameterStore(manager, false), new NDList(image), false)
                        .head();
        List<String> cuts = List.of(LambdaBlock.class.getName() + " first", Conv2d.class.getName());
        assertThat(difference(network, image, expected, false, cuts)).isLessThan(1e-4f);
        assertThat(difference(network, image, expected, true, cuts)).isBetween(1e-6f, 0.1f);
    }

    private float difference(Block network, NDArray image, NDArray expected, boolean half) {
        return difference(network, image, expected, half, List.of());
    }

    /** In units of the largest logit, for an image of either layout. */
    private float difference(
            Block network, NDArray image, NDArray expected, boolean half, List<String> cuts) {
        NetworkCompiler compiler =
                new NetworkCompiler(
                        Kernels.of(manager.getEngine()),
                        half ? Precision.BFLOAT16 : Precision.FLOAT32);
        NDArray together = image.transpose(0, 2, 3, 1).reshape(-1).reshape(2, 32, 32, 3);
        try (CompiledFunction function = compiler.compile(network, manager)) {
            assertThat(function.cuts()).isEqualTo(cuts);
            float scale = expected.abs().max().getFloat();
            NDArray usual = function.run(image).duplicate().sub(expected).abs();
            NDArray last =
                    function.run(together.transpose(0, 3, 1, 2)).duplicate().sub(expected).abs();
            return Math.max(usual.max().getFloat(), last.max().getFloat()) / scale;
        }
    }

    private void unsettle(Block network) {
        for (Parameter parameter : network.getParameters().values()) {
            NDArray array = parameter.getArray();
            switch (parameter.getType()) {
                case GAMMA, RUNNING_VAR ->
                        array.set(
                                manager.randomUniform(0.5f, 1.5f, array.getShape()).toFloatArray());
                case BETA, RUNNING_MEAN ->
                        array.set(
                                manager.randomNormal(0, 0.1f, array.getShape(), DataType.FLOAT32)
                                        .toFloatArray());
                default ->
                        // A classifier of zeros would hide everything.
                        array.set(
                                parameter.getType() == Parameter.Type.BIAS
                                                || array.getShape().dimension() != 2
                                        ? array.toFloatArray()
                                        : manager.randomNormal(
                                                        0, 0.1f, array.getShape(), DataType.FLOAT32)
                                                .toFloatArray());
            }
        }
    }
}
