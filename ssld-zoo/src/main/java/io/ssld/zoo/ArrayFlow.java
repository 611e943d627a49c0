package io.ssld.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass.
 *
 * @param parameters where the values of parameters come from
 * @param training whether batch normalisation and dropout behave as in training
 * @param params what the caller passes to every block, {@link Taps} among it
 */
record ArrayFlow(
        ParameterStore parameters, boolean training, @Nullable PairList<String, Object> params)
        implements Flow<NDArray> {

    @Override
    public List<NDArray> apply(Block child, List<NDArray> inputs) {
        NDList outputs = child.forward(parameters, new NDList(inputs), training, params);
        Taps.offer(params, child, outputs);
        return outputs;
    }

    @Override
    public NDArray add(NDArray left, NDArray right) {
        return left.add(right);
    }

    @Override
    public NDArray multiply(NDArray left, NDArray right) {
        return left.mul(right);
    }

    @Override
    public NDArray concat(List<NDArray> parts) {
        return NDArrays.concat(new NDList(parts), 1);
    }

    @Override
    public List<NDArray> split(NDArray whole, int parts) {
        return whole.split(parts, 1);
    }

    @Override
    public Shape shape(NDArray value) {
        return value.getShape();
    }
}
