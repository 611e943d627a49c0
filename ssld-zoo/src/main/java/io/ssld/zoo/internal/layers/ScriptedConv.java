package io.ssld.zoo.internal.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.HalfConvolution;
import io.ssld.engine.internal.kernels.PrecisionScope;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import io.ssld.engine.internal.kernels.Scripted;
import java.util.List;
import java.util.Optional;

/** A convolution that a script can compute, and that computes in 16 bits where a run wants it. */
abstract class ScriptedConv extends Conv2d implements Scripted {

    final boolean channelsTogether;

    /**
     * Creates the convolution of a builder.
     *
     * @param channelsTogether whether a convolution of single pixels keeps the channels of a pixel
     *     side by side
     */
    ScriptedConv(Builder builder, boolean channelsTogether) {
        super(builder);
        this.channelsTogether = channelsTogether;
    }

    @Override
    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
        NDArray offset = bias == null ? null : writer.value(bias);
        return List.of(writer.convolution(inputs.get(0), writer.value(weight), offset, geometry()));
    }

    /** The result in 16 bits, where the run wants it and the engine is right. */
    final Optional<NDArray> inHalf(ParameterStore store, NDArray input, boolean training) {
        if (PrecisionScope.current() == Precision.FLOAT32) {
            return Optional.empty();
        }
        Device device = input.getDevice();
        NDArray offset = bias == null ? null : store.getValue(bias, device, training);
        return HalfConvolution.inScope(
                input, store.getValue(weight, device, training), offset, geometry());
    }

    /** Weight and, if there is one, bias on a device. */
    final NDList arrays(ParameterStore store, Device device, boolean training) {
        NDList arrays = new NDList(store.getValue(weight, device, training));
        if (bias != null) {
            arrays.add(store.getValue(bias, device, training));
        }
        return arrays;
    }

    private ScriptValue.Geometry geometry() {
        return new ScriptValue.Geometry(stride.get(0), padding.get(0), groups, channelsTogether);
    }
}
