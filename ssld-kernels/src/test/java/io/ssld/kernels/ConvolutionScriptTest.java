package io.ssld.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single convolutions against the engine's in double precision. */
class ConvolutionScriptTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** Among them the widths that the engine computes wrongly in some layout. */
    @ParameterizedTest
    @CsvSource({
        "3, 32, 3, 2, 1",
        "3, 24, 3, 2, 1",
        "16, 16, 1, 1, 1",
        "18, 26, 1, 1, 1",
        "24, 40, 1, 1, 1",
        "40, 72, 1, 1, 1",
        "72, 104, 1, 2, 1",
        "256, 1024, 1, 1, 1",
        "64, 48, 1, 2, 1",
        "24, 40, 3, 1, 1",
        "18, 26, 3, 2, 1",
        "32, 64, 3, 1, 1",
        "72, 72, 5, 1, 72",
        "40, 40, 3, 2, 40",
        "64, 64, 3, 1, 64",
        "64, 128, 3, 1, 32",
        "24, 24, 3, 1, 4",
        "32, 64, 1, 1, 4",
        "48, 48, 3, 1, 1",
        "64, 96, 3, 1, 1",
        "36, 72, 3, 2, 1",
        "64, 144, 3, 1, 1",
        "3, 40, 3, 2, 1",
        "96, 160, 5, 1, 1",
        "128, 256, 3, 1, 32",
        "144, 144, 3, 1, 144"
    })
    void expression_eachGeometry_resultOfTheConvolution(
            int channels, int filters, int size, int stride, int groups) {
        manager.getEngine().setRandomSeed(3);
        int batch = 16;
        Shape shape = new Shape(batch, channels, 4, 4);
        Layer layer = new Layer(filters, size, stride, groups);
        layer.initialize(manager, DataType.FLOAT32, shape);
        layer.freezeParameters(true);
        NDArray image = manager.randomNormal(shape);
        NDArray expected = layer.expected(image);
        for (Kernels kernels : List.of(Kernels.of(manager.getEngine()), unfused())) {
            assertThat(difference(kernels, layer, image, expected, false))
                    .as("float32, fused %s", kernels.hasFusedConvolutions())
                    .isLessThan(1e-5f);
            assertThat(difference(kernels, layer, image, expected, true))
                    .as("bfloat16, fused %s", kernels.hasFusedConvolutions())
                    .isBetween(1e-5f, 2e-2f);
        }
    }

    /** Those of a build of the engine without oneDNN's own operations. */
    private Kernels unfused() {
        Kernels all = Kernels.of(manager.getEngine());
        return (Kernels)
                Proxy.newProxyInstance(
                        Kernels.class.getClassLoader(),
                        new Class<?>[] {Kernels.class},
                        (proxy, method, arguments) ->
                                method.getName().equals("hasFusedConvolutions")
                                        ? false
                                        : method.invoke(all, arguments));
    }

    @Test
    void hasFusedConvolutions_pyTorchOnX86_true() {
        assertThat(Kernels.of(manager.getEngine()).hasFusedConvolutions())
                .isEqualTo(System.getProperty("os.arch").equals("amd64"));
    }

    /** In units of the largest result. */
    private static float difference(
            Kernels kernels, Layer layer, NDArray image, NDArray expected, boolean half) {
        try (CompiledFunction function = ScriptWriter.compile(kernels, layer, half)) {
            NDArray actual = function.run(image).duplicate().toType(DataType.FLOAT64, false);
            return (float)
                    (actual.sub(expected).abs().max().getDouble() / expected.max().getDouble());
        }
    }

    private static final class Layer extends Conv2d implements Scripted {

        Layer(int filters, int size, int stride, int groups) {
            super(
                    Conv2d.builder()
                            .setFilters(filters)
                            .setKernelShape(new Shape(size, size))
                            .optStride(new Shape(stride, stride))
                            .optPadding(new Shape(size / 2, size / 2))
                            .optGroups(groups)
                            .optBias(true));
        }

        NDArray expected(NDArray image) {
            NDArray wide = image.toType(DataType.FLOAT64, false);
            NDArray weights = weight.getArray().toType(DataType.FLOAT64, false);
            NDArray offset = bias.getArray().toType(DataType.FLOAT64, false);
            return conv2d(wide, weights, offset, stride, padding, dilation, groups)
                    .singletonOrThrow()
                    .maximum(0);
        }

        @Override
        public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
            ScriptValue.Geometry geometry =
                    new ScriptValue.Geometry(stride.get(0), padding.get(0), groups, false);
            return List.of(
                    writer.activation(
                            "torch.relu",
                            "",
                            writer.convolution(
                                    inputs.get(0), weight.getArray(), bias.getArray(), geometry)));
        }
    }
}
