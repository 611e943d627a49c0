package io.ssld.engine.internal.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import io.ssld.engine.Precision;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Single convolutions against the engine's in double precision. */
class ConvolutionScriptTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** Among them the widths that the engine computes wrongly in some layout. */
    @ParameterizedTest
    @CsvFileSource(resources = "/geometries.csv", numLinesToSkip = 1)
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
    private float difference(
            Kernels kernels, Layer layer, NDArray image, NDArray expected, boolean half) {
        try (CompiledFunction function = compiler(kernels, half).compile(layer, manager)) {
            NDArray actual = function.run(image).duplicate().toType(DataType.FLOAT64, false);
            return (float)
                    (actual.sub(expected).abs().max().getDouble() / expected.max().getDouble());
        }
    }

    private static NetworkCompiler compiler(Kernels kernels, boolean half) {
        return new NetworkCompiler(kernels, half ? Precision.BFLOAT16 : Precision.FLOAT32);
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
                                    inputs.get(0),
                                    writer.value(weight),
                                    writer.value(bias),
                                    geometry)));
        }
    }
}
