package io.ssld.zoo.internal.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import io.ssld.engine.internal.kernels.Scripted;
import java.util.List;

/**
 * Batch normalisation of the channels of (N, C, H, W): momentum 0.9 (running = 0.9 running + 0.1
 * batch), epsilon 1e-5, parameters named as in DJL's {@link BatchNorm}, which this replaces to
 * spare two swaps of axes in each pass.
 *
 * <p>The running variance takes the batch's unbiased variance, as PyTorch does; Paddle's CPU kernel
 * takes the biased one. They differ by the factor n / (n - 1), n being N H W.
 *
 * <p>With a single value per channel there is nothing to normalise: in training such an input
 * passes unchanged and leaves the statistics alone, as in Paddle.
 */
final class ChannelNorm extends AbstractBlock implements Scripted {

    private static final float MOMENTUM = 0.9f;
    private static final float EPSILON = 1e-5f;

    /** Tells the engine that the channels are where it expects them. */
    private static final int ENGINE_AXIS = -1;

    private final Parameter gamma = add("gamma", Parameter.Type.GAMMA, true);
    private final Parameter beta = add("beta", Parameter.Type.BETA, true);
    private final Parameter runningMean = add("runningMean", Parameter.Type.RUNNING_MEAN, false);
    private final Parameter runningVar = add("runningVar", Parameter.Type.RUNNING_VAR, false);

    private Parameter add(String name, Parameter.Type type, boolean trainable) {
        return addParameter(
                Parameter.builder().setName(name).setType(type).optRequiresGrad(trainable).build());
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        Shape channels = new Shape(inputShapes[0].get(1));
        parameters.values().forEach(parameter -> parameter.setShape(channels));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray input = inputs.singletonOrThrow();
        if (training && input.size() == input.getShape().get(1)) {
            return inputs;
        }
        Device device = input.getDevice();
        return BatchNorm.batchNorm(
                input,
                store.getValue(runningMean, device, training),
                store.getValue(runningVar, device, training),
                store.getValue(gamma, device, training),
                store.getValue(beta, device, training),
                ENGINE_AXIS,
                MOMENTUM,
                EPSILON,
                training);
    }

    /** (x - mean) gamma / sqrt(variance + epsilon) + beta as one factor and one offset. */
    @Override
    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
        NDArray root = writer.value(runningVar).add(EPSILON).sqrt();
        NDArray factor = writer.value(gamma).div(root);
        NDArray offset = writer.value(beta).sub(writer.value(runningMean).mul(factor));
        return List.of(writer.affine(inputs.get(0), factor, offset, 4));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }
}
