package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a parallel block may make of its branches' answers: the function is not to be had, so the
 * block's answer is compared with its branches' to the same numbers.
 *
 * @param function the function in Java
 * @param script the function in a script
 */
record KnownJoin(
        Function<List<NDArray>, NDArray> function,
        BiFunction<ScriptWriter, List<ScriptValue>, ScriptValue> script) {

    private static final List<KnownJoin> ALL =
            List.of(
                    new KnownJoin(KnownJoin::sum, KnownJoin::sum),
                    new KnownJoin(
                            answers -> Activation.relu(sum(answers)),
                            (writer, answers) ->
                                    writer.activation("torch.relu", "", sum(writer, answers))),
                    new KnownJoin(
                            answers -> NDArrays.concat(new NDList(answers), 1),
                            ScriptWriter::concat));

    private static NDArray sum(List<NDArray> answers) {
        return answers.stream().reduce(NDArray::add).orElseThrow();
    }

    private static ScriptValue sum(ScriptWriter writer, List<ScriptValue> answers) {
        return answers.stream().reduce(writer::add).orElseThrow();
    }

    /** How an initialised parallel block of one array joins the single answers of its branches. */
    static Optional<KnownJoin> of(Block block, ScriptWriter writer) {
        try (NDManager scratch = writer.manager().newSubManager()) {
            NDArray joined = answer(block, writer, scratch);
            List<NDArray> answers =
                    block.getChildren().values().stream()
                            .map(branch -> answer(branch, writer, scratch))
                            .toList();
            return ALL.stream()
                    .filter(known -> KnownFunction.equal(joined, known.function.apply(answers)))
                    .findFirst();
        } catch (RuntimeException e) {
            // Someone's code, which may want other inputs: then it answers by itself.
            return Optional.empty();
        }
    }

    private static NDArray answer(Block block, ScriptWriter writer, NDManager scratch) {
        long[] shape = block.getInputShapes()[0].getShape().clone();
        shape[0] = 2;
        NDArray probe = scratch.create(waves(new Shape(shape)), new Shape(shape));
        return block.forward(writer.store(), new NDList(probe), false).singletonOrThrow();
    }

    /** Numbers from -2 to 2 without a period; none that the engine's generator would miss. */
    private static float[] waves(Shape shape) {
        float[] waves = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < waves.length; i++) {
            waves[i] = (float) (2 * Math.sin(i));
        }
        return waves;
    }

    ScriptValue write(ScriptWriter writer, List<ScriptValue> answers) {
        return script.apply(writer, answers);
    }
}
