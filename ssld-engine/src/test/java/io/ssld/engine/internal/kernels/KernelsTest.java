package io.ssld.engine.internal.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.ssld.engine.internal.kernels.Kernels.AdamNumbers;
import io.ssld.engine.internal.kernels.Kernels.MomentumNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plain kernels are the reference; formulas are tested where they are used. */
class KernelsTest {

    private static final Shape[] SHAPES = {new Shape(3, 5), new Shape(7), new Shape(2, 3, 4, 5)};

    private final NDManager manager = NDManager.newBaseManager();
    private final Kernels compiled = Kernels.of(manager.getEngine());
    private final Kernels plain = Kernels.plain();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void of_pyTorch_compiled() {
        assertThat(compiled).isNotSameAs(plain);
    }

    @Test
    void of_propertyPlain_plain() {
        System.setProperty(Kernels.PROPERTY, "plain");
        try {
            assertThat(Kernels.of(Engine.getInstance())).isSameAs(plain);
        } finally {
            System.clearProperty(Kernels.PROPERTY);
        }
    }

    static Stream<Arguments> functions() {
        BiFunction<Kernels, NDArray, NDArray> hardSwish = Kernels::hardSwish;
        BiFunction<Kernels, NDArray, NDArray> swish = Kernels::swish;
        BiFunction<Kernels, NDArray, NDArray> paddles = (k, x) -> k.hardSigmoid(x, 0.2);
        BiFunction<Kernels, NDArray, NDArray> sixth = (k, x) -> k.hardSigmoid(x, 1 / 6.0);
        return Stream.of(hardSwish, swish, paddles, sixth)
                .flatMap(
                        f ->
                                Stream.of(
                                        Arguments.of(f, DataType.FLOAT32, 1e-6),
                                        Arguments.of(f, DataType.FLOAT64, 1e-12)));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void function_valueAndGradient_asPlain(
            BiFunction<Kernels, NDArray, NDArray> function, DataType type, double tolerance) {
        // Not on the corners -3, 3, 2.5: there a derivative is a matter of taste.
        NDArray x = manager.arange(-6f, 6f, 0.073f).toType(type, true);
        NDArray[] expected = pass(plain, function, x);
        for (int repeat = 0; repeat < 4; repeat++) {
            // Several times, as the engine compiles anew after it saw the first calls.
            NDArray[] actual = pass(compiled, function, x);
            assertClose(actual[0], expected[0], tolerance);
            assertClose(actual[1], expected[1], tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 1e-6", "FLOAT64, 1e-12"})
    void imageMean_valueAndGradient_asPlain(DataType type, double tolerance) {
        // Channels side by side, as the networks have them.
        NDArray images = manager.arange(-3f, 3f, 0.05f).reshape(2, 4, 5, 3).toType(type, true);
        BiFunction<Kernels, NDArray, NDArray> mean =
                (kernels, x) -> {
                    NDArray of = kernels.imageMean(x.transpose(0, 3, 1, 2));
                    assertThat(of.getShape()).isEqualTo(new Shape(2, 3, 1, 1));
                    // One number an image and channel, each weighing differently.
                    return of.reshape(2, 1, 1, 3);
                };
        NDArray[] expected = pass(plain, mean, images);
        NDArray[] actual = pass(compiled, mean, images);
        // The pixels of the first channel are the numbers 0, 3, ... 57 of the row.
        assertThat(expected[0].toType(DataType.FLOAT64, true).getDouble(0, 0, 0, 0))
                .isCloseTo(-3 + 0.05 * 28.5, within(1e-5));
        assertClose(actual[0], expected[0], tolerance);
        assertClose(actual[1], expected[1], tolerance);
    }

    static Stream<Arguments> gates() {
        return Stream.of(Gate.SIGMOID, Gate.hardSigmoid(0.2), Gate.hardSigmoid(1 / 6.0))
                .flatMap(
                        gate ->
                                Stream.of(
                                        Arguments.of(gate, DataType.FLOAT32, 1e-5),
                                        Arguments.of(gate, DataType.FLOAT64, 1e-12)));
    }

    @ParameterizedTest
    @MethodSource("gates")
    void squeezeExcite_valueAndGradients_asPlain(Gate gate, DataType type, double tolerance) {
        manager.getEngine().setRandomSeed(3);
        NDList layers = new NDList();
        for (Shape shape :
                List.of(new Shape(2, 6, 1, 1), new Shape(2), new Shape(6, 2, 1, 1), new Shape(6))) {
            layers.add(manager.randomNormal(shape).toType(type, true));
        }
        // Channels side by side, as the networks have them.
        NDArray images = manager.randomNormal(new Shape(3, 4, 5, 6)).toType(type, true);
        List<NDArray[]> passes = new ArrayList<>();
        for (Kernels kernels : List.of(plain, compiled, compiled)) {
            layers.forEach(layer -> layer.setRequiresGradient(true));
            NDArray[] own =
                    pass(
                            kernels,
                            (k, x) ->
                                    k.squeezeExcite(x.transpose(0, 3, 1, 2), layers, gate)
                                            .transpose(0, 2, 3, 1),
                            images);
            List<NDArray> all = new ArrayList<>(List.of(own));
            for (NDArray layer : layers) {
                all.add(layer.getGradient().duplicate());
            }
            kernels.clearGradients(layers);
            passes.add(all.toArray(NDArray[]::new));
        }
        // Not the gates' flat parts, where nothing would be learnt.
        assertThat(passes.get(0)[2].abs().max().toType(DataType.FLOAT64, true).getDouble())
                .isGreaterThan(0.01);
        for (NDArray[] actual : passes.subList(1, 3)) {
            for (int i = 0; i < actual.length; i++) {
                assertClose(actual[i], passes.get(0)[i], tolerance);
            }
        }
    }

    @Test
    void squeezeExcite_zeroLayers_halfTheImages() {
        NDList layers =
                new NDList(
                        manager.zeros(new Shape(1, 2, 1, 1)),
                        manager.zeros(new Shape(1)),
                        manager.zeros(new Shape(2, 1, 1, 1)),
                        manager.zeros(new Shape(2)));
        NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 2, 1, 2));
        for (Kernels kernels : List.of(plain, compiled)) {
            for (Gate gate : List.of(Gate.SIGMOID, Gate.hardSigmoid(0.2))) {
                assertThat(kernels.squeezeExcite(x, layers, gate).toFloatArray())
                        .containsExactly(0.5f, 1, 1.5f, 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LogitDivergence.class)
    void divergence_valueAndGradient_asDefined(LogitDivergence measure) {
        manager.getEngine().setRandomSeed(5);
        NDArray teacher =
                manager.randomNormal(new Shape(3, 5)).mul(3).toType(DataType.FLOAT64, true);
        NDArray student =
                manager.randomNormal(new Shape(3, 5)).mul(3).toType(DataType.FLOAT64, true);
        // Weighs examples and has one value an example.
        NDArray weights = manager.create(new double[] {0.5, -2, 3});
        for (int repeat = 0; repeat < 4; repeat++) {
            // Several times, as the engine compiles anew after it saw the first calls.
            NDArray actual = student.duplicate();
            NDArray expected = student.duplicate();
            NDArray value = gradient(actual, x -> fused(measure, x, teacher), weights);
            NDArray definition = gradient(expected, x -> defined(measure, x, teacher), weights);
            assertClose(value, definition, 1e-12);
            assertClose(actual.getGradient(), expected.getGradient(), 1e-12);
        }
    }

    @ParameterizedTest
    @EnumSource(LogitDivergence.class)
    void divergence_farApart_finiteAsInDoublePrecision(LogitDivergence measure) {
        float[] far = {0, 1e5f, -3, -1e5f};
        float[] near = {2, -1, 0, 5};
        NDArray student = manager.create(far, new Shape(1, 4));
        NDArray teacher = manager.create(near, new Shape(1, 4));
        NDArray one = manager.create(new float[] {1});
        NDArray value = gradient(student, x -> fused(measure, x, teacher), one);
        NDArray wide = manager.create(far, new Shape(1, 4)).toType(DataType.FLOAT64, true);
        NDArray wideTeacher = teacher.toType(DataType.FLOAT64, true);
        NDArray expected =
                gradient(
                        wide,
                        x -> defined(measure, x, wideTeacher),
                        manager.create(new double[] {1}));
        double scale = Math.max(1, Math.abs(expected.getDouble(0)));
        assertThat(value.toType(DataType.FLOAT64, true).getDouble(0) / scale)
                .isCloseTo(expected.getDouble(0) / scale, within(1e-6));
        assertClose(
                student.getGradient().toType(DataType.FLOAT64, true),
                wide.getGradient(),
                1e-6 * scale);
    }

    @ParameterizedTest
    @EnumSource(LogitDivergence.class)
    void divergence_equalLogits_exactlyZeroWithoutGradient(LogitDivergence measure) {
        NDArray student = manager.create(new float[] {1, -2, 40, 0.3f}, new Shape(1, 4));
        NDArray teacher = student.duplicate();
        NDArray one = manager.create(new float[] {1});
        NDArray value = gradient(student, x -> fused(measure, x, teacher), one);
        assertThat(value.getFloat(0)).isCloseTo(0, within(1e-7f));
        assertThat(student.getGradient().abs().max().getFloat()).isLessThan(1e-7f);
    }

    @Test
    void divergence_plain_empty() {
        NDArray logits = manager.create(new float[] {1, 2}, new Shape(1, 2));
        assertThat(plain.divergence(LogitDivergence.KL, logits, logits)).isEmpty();
    }

    private NDArray fused(LogitDivergence measure, NDArray student, NDArray teacher) {
        return compiled.divergence(measure, student, teacher).orElseThrow();
    }

    /** The textbook's formulas, with the gradient of the engine. */
    private static NDArray defined(LogitDivergence measure, NDArray student, NDArray teacher) {
        NDArray p = student.logSoftmax(1);
        NDArray q = teacher.logSoftmax(1);
        int[] classes = {1};
        NDArray half = student.getManager().full(new Shape(), 0.5f).toType(DataType.FLOAT64, true);
        NDArray toTeacher = q.exp().mul(q.sub(p)).sum(classes);
        return switch (measure) {
            case KL -> toTeacher;
            case SYMMETRIC_KL -> toTeacher.add(p.exp().mul(p.sub(q)).sum(classes)).mul(half);
            case JENSEN_SHANNON -> {
                NDArray mixture = p.exp().add(q.exp()).mul(half).log();
                NDArray left = p.exp().mul(p.sub(mixture)).sum(classes);
                yield left.add(q.exp().mul(q.sub(mixture)).sum(classes)).mul(half);
            }
        };
    }

    private NDArray gradient(NDArray x, UnaryOperator<NDArray> function, NDArray weights) {
        x.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray values = function.apply(x);
            collector.backward(values.mul(weights).sum());
            return values.stopGradient();
        }
    }

    private NDArray[] pass(
            Kernels kernels, BiFunction<Kernels, NDArray, NDArray> function, NDArray values) {
        NDArray x = values.duplicate();
        x.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray y = function.apply(kernels, x);
            collector.backward(y.mul(values).sum());
            return new NDArray[] {y, x.getGradient()};
        }
    }

    @ParameterizedTest
    @CsvSource({"0.9, true", "0.9, false", "0, true", "0, false"})
    void momentumStep_severalSteps_asPlain(double momentum, boolean nesterov) {
        State actual = new State();
        State expected = actual.copy();
        for (int step = 0; step < 5; step++) {
            double[] rates = {0.1 / (step + 1), 0.05, 0};
            double[] decays = {0.3, 0, 0.1};
            MomentumNumbers numbers = new MomentumNumbers(decays, rates, momentum, nesterov);
            actual.backward();
            compiled.momentumStep(actual.weights, actual.first, numbers);
            expected.backward();
            plain.momentumStep(expected.weights, expected.first, numbers);
        }
        actual.assertCloseTo(expected);
    }

    @Test
    void adamStep_severalSteps_asPlain() {
        State actual = new State();
        State expected = actual.copy();
        for (int step = 1; step < 6; step++) {
            double[] rates = {0.1 / step, 0.05, 0.01};
            double[] decays = {0.3, 0, 0.1};
            AdamNumbers numbers = new AdamNumbers(decays, rates, 0.8, 0.95, 1e-6, step);
            actual.backward();
            compiled.adamStep(actual.weights, actual.first, actual.second, numbers);
            expected.backward();
            plain.adamStep(expected.weights, expected.first, expected.second, numbers);
        }
        actual.assertCloseTo(expected);
    }

    @Test
    void average_severalSteps_asPlain() {
        State actual = new State();
        State expected = actual.copy();
        for (int step = 0; step < 3; step++) {
            compiled.average(actual.first, actual.weights, 0.75);
            plain.average(expected.first, expected.weights, 0.75);
        }
        actual.assertCloseTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT32", "FLOAT64"})
    void gradientNorm_types_asPlain(String type) {
        State state = new State();
        state.weights = to(state.weights, DataType.valueOf(type));
        state.backward();
        double expected = plain.gradientNorm(state.weights);
        assertThat(expected).isGreaterThan(1);
        assertThat(compiled.gradientNorm(state.weights)).isCloseTo(expected, within(1e-5));
        assertThat(compiled.gradientNorm(new NDList())).isZero();
    }

    @Test
    void gradientNorm_notANumber_notANumber() {
        State state = new State();
        state.backward();
        state.weights.get(1).getGradient().muli(Float.NaN);
        assertThat(compiled.gradientNorm(state.weights)).isNaN();
    }

    @Test
    void scaleAndClear_gradients_scaledThenZero() {
        State state = new State();
        state.backward();
        double before = compiled.gradientNorm(state.weights);
        compiled.scaleGradients(state.weights, 0.25);
        assertThat(plain.gradientNorm(state.weights)).isCloseTo(before / 4, within(1e-5));
        plain.scaleGradients(state.weights, 2);
        assertThat(compiled.gradientNorm(state.weights)).isCloseTo(before / 2, within(1e-5));
        compiled.clearGradients(state.weights);
        assertThat(plain.gradientNorm(state.weights)).isZero();
    }

    @Test
    void clearGradients_plain_zero() {
        State state = new State();
        state.backward();
        plain.clearGradients(state.weights);
        assertThat(compiled.gradientNorm(state.weights)).isZero();
    }

    @Test
    void compile_constants_preparedOnceAndKept() {
        String source =
                """
                def prepare(self: __torch__.M, c: List[Tensor]) -> List[Tensor]:
                  return [torch.mul(c[0], 2.)]
                def sums(self: __torch__.M, a: List[Tensor], c: List[Tensor]) -> List[Tensor]:
                  return [torch.add(a[0], c[0]), torch.add(a[1], c[0])]
                """;
        NDArray constant = manager.create(new float[] {1, 2});
        try (CompiledModule module = compiled.compile(source, new NDList(constant)).orElseThrow();
                NDManager owner = manager.newSubManager()) {
            constant.muli(100);
            NDArray x = manager.create(new float[] {10, 20});
            NDArray y = manager.create(new float[] {30, 40});
            NDList sums = module.call("sums", new NDList(x, y), owner);
            assertThat(sums.get(0).toFloatArray()).containsExactly(12, 24);
            assertThat(sums.get(1).toFloatArray()).containsExactly(32, 44);
            assertThat(sums.get(1).getManager()).isSameAs(owner);
        }
        assertThat(plain.compile(source, new NDList(constant))).isEmpty();
    }

    private static NDList to(NDList arrays, DataType type) {
        NDList converted = new NDList();
        arrays.forEach(array -> converted.add(array.toType(type, true)));
        return converted;
    }

    private static void assertClose(NDArray actual, NDArray expected, double tolerance) {
        double[] numbers = actual.toType(DataType.FLOAT64, true).toDoubleArray();
        double[] reference = expected.toType(DataType.FLOAT64, true).toDoubleArray();
        assertThat(numbers).hasSameSizeAs(reference);
        for (int i = 0; i < numbers.length; i++) {
            double allowed = tolerance * Math.max(1, Math.abs(reference[i]));
            assertThat(numbers[i]).isCloseTo(reference[i], within(allowed));
        }
    }

    /** Weights whose loss is the sum of w^2 times their number, and two arrays beside each. */
    private final class State {

        private NDList weights = new NDList();
        private final NDList first = new NDList();
        private final NDList second = new NDList();

        State() {
            for (Shape shape : SHAPES) {
                weights.add(manager.randomNormal(shape));
                first.add(manager.randomNormal(shape));
                second.add(manager.randomUniform(0.1f, 1, shape));
            }
        }

        State copy() {
            State copy = new State();
            for (int i = 0; i < SHAPES.length; i++) {
                copy.weights.set(i, weights.get(i).duplicate());
                copy.first.set(i, first.get(i).duplicate());
                copy.second.set(i, second.get(i).duplicate());
            }
            return copy;
        }

        void backward() {
            weights.forEach(
                    weight -> {
                        if (!weight.hasGradient()) {
                            weight.setRequiresGradient(true);
                        }
                    });
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray loss = weights.get(0).square().sum();
                for (int i = 1; i < weights.size(); i++) {
                    loss = loss.add(weights.get(i).square().sum());
                }
                collector.backward(loss);
            }
        }

        void assertCloseTo(State expected) {
            for (int i = 0; i < SHAPES.length; i++) {
                assertClose(weights.get(i), expected.weights.get(i), 1e-6);
                assertClose(first.get(i), expected.first.get(i), 1e-6);
                assertClose(second.get(i), expected.second.get(i), 1e-6);
            }
        }
    }
}
