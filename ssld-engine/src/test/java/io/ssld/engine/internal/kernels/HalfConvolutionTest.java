package io.ssld.engine.internal.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import io.ssld.engine.Precision;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Single convolutions in 16 bits, with their gradients, against the engine's in 64. */
class HalfConvolutionTest {

    private static final int BATCH = 16;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** Every geometry: what is not computed in 16 bits is known, what is differs by roundings. */
    @ParameterizedTest
    @CsvFileSource(resources = "/geometries.csv", numLinesToSkip = 1)
    void inScope_eachGeometry_valueAndGradientsOfTheConvolution(
            int channels, int filters, int size, int stride, int groups) {
        boolean full = channels % 16 == 0 && filters % 16 == 0;
        boolean halves = groups == 1 && (size == 1 || full);
        for (boolean together : new boolean[] {true, false}) {
            Layer layer = new Layer(channels, filters, size, stride, groups, together);
            for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
                if (halves) {
                    assertRight(layer, precision, together);
                } else {
                    assertThat(layer.inScope(precision, layer.arrays())).isEmpty();
                }
            }
        }
    }

    private static void assertRight(Layer layer, Precision precision, boolean together) {
        NDList expected = layer.expected();
        NDList before = null;
        // Several times, as the engine compiles anew after it saw the first call.
        for (int repeat = 0; repeat < 3; repeat++) {
            NDList actual = layer.pass(a -> layer.inScope(precision, a).orElseThrow());
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i).getDataType()).isEqualTo(DataType.FLOAT32);
                assertThat(difference(actual.get(i), expected.get(i)))
                        .as("%d, %s, channels together %s", i, precision, together)
                        .isBetween(i == 3 ? 0.0 : 1e-5, i == 3 ? 1e-4 : rounding(precision));
                assertThat(before == null || before.get(i).contentEquals(actual.get(i)))
                        .as("the same numbers at each call")
                        .isTrue();
            }
            before = actual;
        }
    }

    /** The largest difference in units of the largest number. */
    private static double rounding(Precision precision) {
        return precision == Precision.FLOAT16 ? 2.5e-3 : 2e-2;
    }

    /** The zoo's narrow widths at image sizes at which the engine chooses other algorithms. */
    @ParameterizedTest
    @CsvSource({"24, 40, 1, 7", "40, 72, 1, 16", "72, 104, 1, 16", "48, 64, 3, 7", "64, 64, 3, 16"})
    void inScope_largerImages_valueAndGradientsOfTheConvolution(
            int channels, int filters, int size, int side) {
        Layer layer = new Layer(channels, filters, size, 1, 1, true, side);
        NDList expected = layer.expected();
        for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
            NDList actual = layer.pass(a -> layer.inScope(precision, a).orElseThrow());
            for (int i = 0; i < 3; i++) {
                assertThat(difference(actual.get(i), expected.get(i)))
                        .isBetween(1e-5, rounding(precision));
            }
        }
    }

    /** What a scaled loss is for, and what its scale is lowered for. */
    @ParameterizedTest
    @CsvSource({"1, 1e-9, 0", "3, 1e-9, 0", "1, 1e9, Infinity", "3, 1e9, Infinity"})
    void inScope_float16GradientsOutOfRange_zeroOrNotFinite(
            int size, float factor, float expected) {
        Layer layer = new Layer(32, 48, size, 1, 1, true);
        NDList actual =
                layer.pass(
                        a ->
                                layer.inScope(Precision.FLOAT16, a)
                                        .orElseThrow()
                                        .mul(manager.full(new Shape(), factor)));
        for (int i = 1; i < 3; i++) {
            float largest = actual.get(i).abs().max().getFloat();
            if (expected == 0) {
                assertThat(largest).isZero();
            } else {
                assertThat(largest).isNotFinite();
            }
        }
    }

    @Test
    void inScope_withoutBias_theSameWithoutIt() {
        Layer layer = new Layer(32, 48, 1, 1, 1, true);
        NDList arrays = layer.arrays();
        NDArray with = layer.inScope(Precision.BFLOAT16, arrays).orElseThrow();
        NDArray without =
                layer.inScope(Precision.BFLOAT16, new NDList(arrays.get(0), arrays.get(1)))
                        .orElseThrow();
        NDArray bias = arrays.get(2).reshape(1, -1, 1, 1);
        assertThat(without.add(bias).contentEquals(with)).isTrue();
    }

    @Test
    void inScope_32BitsOnePixelOrWideInput_empty() {
        Layer layer = new Layer(32, 48, 1, 1, 1, true);
        assertThat(layer.inScope(Precision.FLOAT32, layer.arrays())).isEmpty();
        NDList wide = new NDList();
        layer.arrays().forEach(array -> wide.add(array.toType(DataType.FLOAT64, true)));
        assertThat(layer.inScope(Precision.BFLOAT16, wide)).isEmpty();
        Layer onePixel = new Layer(32, 48, 1, 1, 1, true, 1);
        assertThat(onePixel.inScope(Precision.BFLOAT16, onePixel.arrays())).isEmpty();
    }

    @Test
    void hasHalfConvolutions_plain_falseAndEmpty() {
        Kernels compiled = Kernels.of(manager.getEngine());
        assertThat(compiled.hasHalfConvolutions()).isTrue();
        assertThat(Kernels.plain().hasHalfConvolutions()).isFalse();
        Layer layer = new Layer(32, 48, 1, 1, 1, true);
        NDList arrays = layer.arrays();
        assertThat(
                        Kernels.plain()
                                .halfConvolution(
                                        arrays.get(0),
                                        arrays.get(1),
                                        null,
                                        layer.geometry(),
                                        Precision.BFLOAT16))
                .isEmpty();
    }

    @Test
    void source_gpu_everyLayerInItsOwnConvolution() {
        ScriptValue.Geometry geometry = new ScriptValue.Geometry(2, 1, 40, true);
        HalfConvolutionScript.Layer depthwise =
                new HalfConvolutionScript.Layer(40, 40, 3, geometry, false);
        assertThat(HalfConvolutionScript.source(depthwise, Precision.FLOAT16, false)).isEmpty();
        assertThat(HalfConvolutionScript.source(depthwise, Precision.FLOAT16, true))
                .hasValueSatisfying(
                        source ->
                                assertThat(source)
                                        .contains("torch.to(a, 5)")
                                        .contains("torch.conv2d(x, w, None, [2, 2], [1, 1]")
                                        .contains(", 40), 6)"));
    }

    @Test
    void scope_nestedAndClosed_restoredInItsThreadAlone() throws InterruptedException {
        assertThat(PrecisionScope.current()).isEqualTo(Precision.FLOAT32);
        try (PrecisionScope outer = PrecisionScope.open(Precision.BFLOAT16)) {
            try (PrecisionScope inner = PrecisionScope.open(Precision.FLOAT32)) {
                assertThat(PrecisionScope.current()).isEqualTo(Precision.FLOAT32);
            }
            assertThat(PrecisionScope.current()).isEqualTo(Precision.BFLOAT16);
            Precision[] elsewhere = new Precision[1];
            Thread other = new Thread(() -> elsewhere[0] = PrecisionScope.current());
            other.start();
            other.join();
            assertThat(elsewhere[0]).isEqualTo(Precision.FLOAT32);
        }
        assertThat(PrecisionScope.current()).isEqualTo(Precision.FLOAT32);
    }

    /** In units of the largest number. */
    private static double difference(NDArray actual, NDArray expected) {
        NDArray wide = actual.toType(DataType.FLOAT64, true);
        return wide.sub(expected).abs().max().getDouble() / expected.abs().max().getDouble();
    }

    /** A convolution of random numbers. */
    private final class Layer {

        private final NDList arrays;
        private final int stride;
        private final int size;
        private final int groups;

        Layer(int channels, int filters, int size, int stride, int groups, boolean together) {
            this(channels, filters, size, stride, groups, together, 4);
        }

        Layer(
                int channels,
                int filters,
                int size,
                int stride,
                int groups,
                boolean together,
                int side) {
            this.stride = stride;
            this.size = size;
            this.groups = groups;
            manager.getEngine().setRandomSeed(3);
            NDArray pixels = manager.randomNormal(new Shape(BATCH, side, side, channels));
            NDArray image = pixels.transpose(0, 3, 1, 2);
            arrays =
                    new NDList(
                            together ? image : image.reshape(-1).reshape(image.getShape()),
                            manager.randomNormal(new Shape(filters, channels / groups, size, size)),
                            manager.randomNormal(new Shape(filters)));
        }

        NDList arrays() {
            return arrays;
        }

        ScriptValue.Geometry geometry() {
            return new ScriptValue.Geometry(stride, size / 2, groups, true);
        }

        Optional<NDArray> inScope(Precision precision, NDList a) {
            NDArray bias = a.size() > 2 ? a.get(2) : null;
            try (PrecisionScope scope = PrecisionScope.open(precision)) {
                return HalfConvolution.inScope(a.get(0), a.get(1), bias, geometry());
            }
        }

        /** The result, and the gradients of input, weight and bias. */
        NDList expected() {
            Shape steps = new Shape(stride, stride);
            Shape padding = new Shape(size / 2, size / 2);
            Shape dilation = new Shape(1, 1);
            NDList wide = new NDList();
            arrays.forEach(array -> wide.add(array.toType(DataType.FLOAT64, true)));
            return pass(
                    wide,
                    a ->
                            Conv2d.conv2d(
                                            a.get(0), a.get(1), a.get(2), steps, padding, dilation,
                                            groups)
                                    .singletonOrThrow());
        }

        NDList pass(Function<NDList, NDArray> function) {
            return pass(arrays, function);
        }

        private NDList pass(NDList values, Function<NDList, NDArray> function) {
            NDList a = new NDList();
            values.forEach(value -> a.add(value.duplicate()));
            a.forEach(array -> array.setRequiresGradient(true));
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray y = function.apply(a);
                NDArray weights =
                        manager.arange(0f, (float) y.size(), 1f)
                                .sin()
                                .add(0.1f)
                                .reshape(y.getShape())
                                .toType(y.getDataType(), true);
                collector.backward(y.mul(weights).sum());
                NDList results = new NDList(y);
                a.forEach(array -> results.add(array.getGradient()));
                return results;
            }
        }
    }
}
