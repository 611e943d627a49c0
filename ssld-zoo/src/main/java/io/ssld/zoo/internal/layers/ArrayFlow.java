package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of one {@link Wired} block. What its parts compute is closed at the end, apart
 * from the outputs: a manager would keep every intermediate array until it closes, several times
 * what a pass needs. The engine itself keeps what the backward pass needs.
 */
final class ArrayFlow implements Flow<NDArray> {

    private final ParameterStore parameters;
    private final boolean training;
    private final @Nullable PairList<String, Object> params;
    private final Set<NDArray> made = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * Begins a pass.
     *
     * @param parameters where the values of parameters come from
     * @param training whether batch normalisation and dropout behave as in training
     * @param params what the caller passes to every block, {@link Taps} among it
     */
    ArrayFlow(
            ParameterStore parameters,
            boolean training,
            @Nullable PairList<String, Object> params) {
        this.parameters = parameters;
        this.training = training;
        this.params = params;
    }

    /** Ends the pass. */
    void closeAllBut(List<NDArray> inputs, List<NDArray> outputs) {
        inputs.forEach(made::remove);
        outputs.forEach(made::remove);
        Taps.removeKept(params, made);
        made.forEach(NDArray::close);
    }

    @Override
    public List<NDArray> apply(Block child, List<NDArray> inputs) {
        NDList outputs = child.forward(parameters, new NDList(inputs), training, params);
        Taps.offer(params, child, outputs);
        made.addAll(outputs);
        return outputs;
    }

    @Override
    public NDArray add(NDArray left, NDArray right) {
        return noted(left.add(right));
    }

    @Override
    public NDArray multiply(NDArray left, NDArray right) {
        return noted(left.mul(right));
    }

    @Override
    public NDArray concat(List<NDArray> parts) {
        return noted(NDArrays.concat(new NDList(parts), 1));
    }

    @Override
    public List<NDArray> split(NDArray whole, int parts) {
        NDList split = whole.split(parts, 1);
        made.addAll(split);
        return split;
    }

    @Override
    public void check(NDArray value, Consumer<Shape> check) {
        check.accept(value.getShape());
    }

    private NDArray noted(NDArray array) {
        made.add(array);
        return array;
    }
}
