package io.ssld.zoo.internal.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.Gate;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.engine.internal.kernels.PrecisionScope;
import java.util.List;

/**
 * Squeeze-and-excitation with 1x1 convolutions, to a quarter of the channels: x gate(conv2(relu(
 * conv1(mean of x)))). It is computed in one call, unless a part's output is to be kept or the
 * convolutions are to compute in 16 bits.
 *
 * <p>Paper: Hu et al., <a href="https://arxiv.org/abs/1709.01507"><i>Squeeze-and-Excitation
 * Networks</i></a>, 2018.
 */
public final class SqueezeExcite extends Wired {

    private static final int REDUCTION = 4;

    private final Op mean = child("avg_pool", Op.globalMean());
    private final PixelConv squeeze;
    private final Op relu;
    private final PixelConv excite;
    private final Op factors;
    private final Gate gate;

    /**
     * Creates the block.
     *
     * @param channels of the images
     * @param gate from the second convolution's results to factors
     */
    public SqueezeExcite(int channels, Gate gate) {
        this.gate = gate;
        squeeze = child("conv1", Convs.bare(channels / REDUCTION, true));
        relu = child("relu", Op.relu());
        excite = child("conv2", Convs.bare(channels, true));
        factors = child("gate", Op.gate(gate));
    }

    @Override
    public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
        T image = inputs.get(0);
        T squeezed = flow.apply(relu, flow.apply(squeeze, flow.apply(mean, image)));
        return List.of(flow.multiply(image, flow.apply(factors, flow.apply(excite, squeezed))));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        if (PrecisionScope.current() != Precision.FLOAT32
                || Taps.keepAny(params, named().values())) {
            return super.forwardInternal(store, inputs, training, params);
        }
        NDArray x = inputs.singletonOrThrow();
        Device device = x.getDevice();
        NDList layers = squeeze.arrays(store, device, training);
        layers.addAll(excite.arrays(store, device, training));
        return new NDList(Kernels.of(x.getManager().getEngine()).squeezeExcite(x, layers, gate));
    }
}
