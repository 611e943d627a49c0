package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.kernels.HalfConvolution;
import io.ssld.engine.internal.kernels.ScriptValue;
import java.util.Optional;

/** A convolution that asks whether to compute in 16 bits, as the zoo's do. */
final class HalfConv extends Conv2d {

    HalfConv(int size) {
        super(
                Conv2d.builder()
                        .setFilters(16)
                        .setKernelShape(new Shape(size, size))
                        .optPadding(new Shape(size / 2, size / 2))
                        .optBias(true));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray x = inputs.head();
        Optional<NDArray> half =
                HalfConvolution.inScope(
                        x,
                        store.getValue(weight, x.getDevice(), training),
                        store.getValue(bias, x.getDevice(), training),
                        new ScriptValue.Geometry(1, padding.get(0), 1, true));
        return half.map(NDList::new)
                .orElseGet(() -> super.forwardInternal(store, inputs, training, params));
    }
}
