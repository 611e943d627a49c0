package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.Constants;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import io.ssld.engine.internal.kernels.Scripted;
import java.util.List;
import java.util.Locale;

/**
 * Sets values to zero in training with probability p. The expected value is kept in one of two
 * ways, which Paddle calls {@code downscale_in_infer} (training: the other values stay; inference:
 * values times 1 - p) and {@code upscale_in_train} (training: the other values divided by 1 - p;
 * inference: values unchanged). Weights trained one way give wrong scores the other way.
 */
public final class Dropout extends AbstractBlock implements Scripted {

    private final float probability;
    private final boolean downscale;

    private Dropout(double probability, boolean downscale) {
        this.probability = (float) probability;
        this.downscale = downscale;
    }

    static Dropout downscaleInInference(double probability) {
        return new Dropout(probability, true);
    }

    public static Dropout upscaleInTraining(double probability) {
        return new Dropout(probability, false);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        if (probability == 0 || !(training || downscale)) {
            return inputs;
        }
        NDArray values = inputs.singletonOrThrow();
        if (!training) {
            return new NDList(values.mul(1 - probability));
        }
        // The engine's dropout scales up.
        NDList scaled = ai.djl.nn.norm.Dropout.dropout(values, probability, true);
        if (!downscale) {
            return scaled;
        }
        try (scaled;
                NDArray keep = Constants.of(values, 1 - probability)) {
            return new NDList(scaled.singletonOrThrow().mul(keep));
        }
    }

    @Override
    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
        if (probability == 0 || !downscale) {
            return inputs;
        }
        String keep = String.format(Locale.ROOT, "%.9e", 1 - probability);
        return List.of(writer.call("torch.mul(%s, " + keep + ")", inputs.get(0)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }
}
