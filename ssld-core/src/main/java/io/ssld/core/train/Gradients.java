package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.GradientCollector;
import ai.djl.util.Pair;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.kernels.Kernels;
import java.util.List;
import java.util.Objects;

/**
 * The gradients of a network between the backward pass and the step.
 *
 * <p>Backward passes add to gradients; an {@link Optimizer} sets them to zero. So a step over k
 * batches is k backward passes, then {@link #scale} by 1/k when each loss is a mean over its batch,
 * then {@link #clip}, then the step: equal to one step over the k batches together, up to rounding,
 * unless something in the network looks at a whole batch, as batch normalisation does.
 *
 * <p>All methods look only at parameters that need a gradient.
 */
public final class Gradients {

    /** What PyTorch adds to the norm before it divides by it. */
    private static final double EPSILON = 1e-6;

    /** Setting is slower than subtracting an array from itself, but ends a NaN. */
    private static final NDIndex EVERYTHING = new NDIndex("...");

    private Gradients() {}

    /**
     * Returns the Euclidean norm of all gradients together, computed in 32 bits or more.
     *
     * @param parameters the network's parameters
     * @param scratch the owner of temporaries, on the parameters' device
     * @return the norm; NaN or infinite if a gradient is; 0 if nothing needs a gradient
     */
    public static double norm(ParameterList parameters, NDManager scratch) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(scratch, "scratch");
        try (NoGrad off = NoGrad.open(scratch.getEngine())) {
            return Kernels.of(scratch.getEngine()).gradientNorm(weights(parameters));
        }
    }

    /**
     * Scales all gradients by one factor so that their norm is at most a limit, as PyTorch's {@code
     * clip_grad_norm_} does: by min(1, limit / (norm + 1e-6)). Paddle's {@code clip_norm} instead
     * clips every tensor by itself.
     *
     * @param parameters the network's parameters
     * @param limit the highest norm, positive
     * @param scratch the owner of temporaries, on the parameters' device
     * @return the norm before; if it is NaN or infinite, no gradient was changed and the caller
     *     decides
     * @throws IllegalArgumentException if {@code limit} is not positive
     */
    public static double clip(ParameterList parameters, double limit, NDManager scratch) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(scratch, "scratch");
        if (!(limit > 0)) {
            throw new IllegalArgumentException("clipNorm must be positive, but was " + limit);
        }
        double norm = norm(parameters, scratch);
        double factor = limit / (norm + EPSILON);
        if (Double.isFinite(norm) && factor < 1) {
            scale(parameters, factor, scratch);
        }
        return norm;
    }

    /**
     * Multiplies every gradient.
     *
     * @param parameters the network's parameters
     * @param factor the factor
     * @param scratch the owner of temporaries, on the parameters' device
     */
    public static void scale(ParameterList parameters, double factor, NDManager scratch) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(scratch, "scratch");
        try (NoGrad off = NoGrad.open(scratch.getEngine())) {
            Kernels.of(scratch.getEngine()).scaleGradients(weights(parameters), factor);
        }
    }

    /**
     * Sets every gradient to zero, also one that is NaN: to leave out a step.
     *
     * @param parameters the network's parameters
     * @param scratch the owner of temporaries, on the parameters' device
     */
    public static void zero(ParameterList parameters, NDManager scratch) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(scratch, "scratch");
        try (NoGrad off = NoGrad.open(scratch.getEngine());
                NDManager step = scratch.newSubManager()) {
            for (NDArray weight : weights(parameters)) {
                NDArray gradient = weight.getGradient();
                gradient.attach(step);
                gradient.set(EVERYTHING, 0);
            }
        }
    }

    /**
     * Finds what no backward pass has reached. An optimiser leaves such parameters as they are.
     *
     * @param parameters the network's parameters by path
     * @return paths of parameters that need a gradient and have none, in their order; empty where
     *     the engine does not tell
     */
    public static List<String> unreached(ParameterList parameters) {
        Objects.requireNonNull(parameters, "parameters");
        return parameters.stream()
                .filter(pair -> pair.getValue().requiresGradient())
                .filter(pair -> !Kernels.isReached(pair.getValue().getArray()))
                .map(Pair::getKey)
                .toList();
    }

    /**
     * Gives a weight a gradient of zero if it has none, so that something can be added to it.
     *
     * @param weight what gathers gradients
     */
    public static void define(NDArray weight) {
        Objects.requireNonNull(weight, "weight");
        if (Kernels.isReached(weight)) {
            return;
        }
        NDManager manager = weight.getManager();
        try (GradientCollector collector = manager.getEngine().newGradientCollector();
                NDManager scratch = manager.newSubManager()) {
            // What follows belongs to the manager of the weight.
            scratch.tempAttachAll(weight);
            // DJL cannot set a gradient; the tape can: of w - w it is 1 - 1.
            collector.backward(weight.sub(weight).sum());
        }
    }

    private static NDList weights(ParameterList parameters) {
        NDList weights = new NDList();
        for (Parameter parameter : parameters.values()) {
            if (parameter.requiresGradient()) {
                weights.add(parameter.getArray());
            }
        }
        return weights;
    }
}
