package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A function that a lambda block may compute. Lambdas cannot be compared, and their names are what
 * anyone called them; so both are applied to the same numbers, of several shapes.
 *
 * @param function the function in Java
 * @param script the function in a script
 */
record KnownFunction(
        UnaryOperator<NDArray> function,
        BiFunction<ScriptWriter, ScriptValue, ScriptValue> script) {

    private static final List<KnownFunction> ALL =
            List.of(
                    new KnownFunction(x -> x, (writer, x) -> x),
                    new KnownFunction(
                            Blocks::batchFlatten,
                            (writer, x) -> writer.view("torch.flatten(%s, 1)", x)),
                    activation(Activation::relu, "torch.relu", ""),
                    activation(Activation::relu6, "torch.clamp", ", 0., 6."),
                    activation(Activation::sigmoid, "torch.sigmoid", ""),
                    activation(Activation::tanh, "torch.tanh", ""),
                    activation(x -> Activation.swish(x, 1), "torch.silu", ""),
                    activation(Kernels.plain()::hardSwish, "torch.hardswish", ""),
                    activation(Activation::gelu, "torch.gelu", ""),
                    activation(Activation::selu, "torch.selu", ""));

    /** Of several sizes, so that a function of the size shows. */
    private static final List<Shape> SHAPES =
            List.of(new Shape(2, 3, 5, 4), new Shape(3, 2, 4, 7), new Shape(7, 6));

    /** From -1.6 to 1.6 million, every quarter near zero: clipping shows wherever it begins. */
    private static final double REACH = 15;

    private static final double TOLERANCE = 1e-5;

    private static KnownFunction activation(
            UnaryOperator<NDArray> function, String name, String further) {
        return new KnownFunction(function, (writer, x) -> writer.activation(name, further, x));
    }

    /** What a lambda block of one array computes, if it is known. */
    static Optional<KnownFunction> of(Block block, NDManager owner) {
        ParameterStore store = new ParameterStore(owner, false);
        try {
            List<NDArray> answers =
                    answers(
                            x -> block.forward(store, new NDList(x), false).singletonOrThrow(),
                            owner);
            return ALL.stream()
                    .filter(known -> equal(answers, answers(known.function, owner)))
                    .findFirst();
        } catch (RuntimeException e) {
            // Someone's code, which was written for inputs of its own: known functions take any.
            return Optional.empty();
        }
    }

    private static List<NDArray> answers(UnaryOperator<NDArray> function, NDManager owner) {
        return SHAPES.stream().map(shape -> function.apply(probe(shape, owner))).toList();
    }

    private static NDArray probe(Shape shape, NDManager owner) {
        int size = (int) shape.size();
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) Math.sinh(REACH * (2.0 * i / (size - 1) - 1));
        }
        return owner.create(values, shape);
    }

    private static boolean equal(List<NDArray> actual, List<NDArray> expected) {
        return IntStream.range(0, SHAPES.size())
                .allMatch(i -> equal(actual.get(i), expected.get(i)));
    }

    static boolean equal(NDArray actual, NDArray expected) {
        if (!actual.getShape().equals(expected.getShape())
                || actual.getDataType() != DataType.FLOAT32) {
            return false;
        }
        float[] left = actual.toFloatArray();
        float[] right = expected.toFloatArray();
        return IntStream.range(0, left.length)
                .allMatch(
                        i ->
                                Math.abs(left[i] - right[i])
                                        <= TOLERANCE * Math.max(1, Math.abs(right[i])));
    }

    ScriptValue write(ScriptWriter writer, ScriptValue x) {
        return script.apply(writer, x);
    }
}
