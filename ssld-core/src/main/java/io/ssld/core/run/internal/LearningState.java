package io.ssld.core.run.internal;

import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.ParameterList;
import io.ssld.core.train.Ema;
import io.ssld.core.train.FrozenPart;
import io.ssld.core.train.Gradients;
import io.ssld.core.train.LossScale;
import io.ssld.core.train.Optimizer;
import io.ssld.core.train.ParameterPaths;
import io.ssld.core.train.Recipe;
import io.ssld.engine.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a step changes: the student's arrays, the optimiser's, the average's, and the scale of
 * the loss in float16; and what it must not change, the frozen part.
 */
public final class LearningState implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LearningState.class);

    /** Begins the names of the student's own arrays. */
    static final String STUDENT = "student/";

    private final ParameterList parameters;
    private final FrozenPart frozen;
    private final Optimizer optimizer;
    private final @Nullable Ema ema;
    private final OptionalDouble clipNorm;
    private @Nullable LossScale lossScale;
    private boolean named;

    /**
     * Freezes what the recipe says, and starts optimiser and average.
     *
     * @param spec of the run; the student is initialised
     * @param manager the owner of what is added to the student's arrays
     */
    public LearningState(RunSpec spec, NDManager manager) {
        Student student = spec.student();
        Recipe recipe = spec.recipe();
        this.parameters = ParameterPaths.of(student.block());
        this.frozen = FrozenPart.freeze(student.block(), recipe.freezing(), manager);
        this.optimizer = recipe.newOptimizer(parameters, manager);
        this.ema = recipe.ema().map(e -> new Ema(parameters, e, manager)).orElse(null);
        this.clipNorm = recipe.regularization().clipNorm();
        boolean scales = spec.precision().used() == Precision.FLOAT16;
        this.lossScale = scales ? LossScale.START : null;
    }

    /** All arrays that the next step computes with, by name. */
    public Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        parameters.forEach(pair -> arrays.put(STUDENT + pair.getKey(), pair.getValue().getArray()));
        optimizer.state().forEach((name, array) -> arrays.put("optimizer/" + name, array));
        if (ema != null) {
            ema.state().forEach((name, array) -> arrays.put("average/" + name, array));
        }
        return arrays;
    }

    /** Whether the student is passed forward in training mode; not if all statistics are frozen. */
    boolean trains() {
        return !frozen.evaluates();
    }

    /** How the loss is scaled, if it is. */
    Optional<LossScale> lossScale() {
        return Optional.ofNullable(lossScale);
    }

    /** Goes on with the scale of an earlier process of the run, if it had one. */
    void resume(Optional<LossScale> saved) {
        lossScale = saved.orElse(lossScale);
    }

    /** What losses are multiplied by before the backward pass; 1 if they are not scaled. */
    float lossFactor() {
        return lossScale == null ? 1 : (float) lossScale.scale();
    }

    /**
     * Updates everything by the gradients. Gradients of a scaled loss are divided by its scale
     * first; if one is not finite then, the step is skipped: all gradients are zero, running
     * statistics stay where the forward pass left them, and nothing else is changed but the scale.
     *
     * @param number of the step, from 0, skipped ones included
     * @param learningRate the rate of the step
     * @param scratch the owner of temporaries
     * @return false if the step was skipped
     * @throws TrainingDivergedException if gradients are not finite and are clipped, or cannot be
     *     made finite by a smaller scale; the weights are left as they were
     */
    boolean update(long number, double learningRate, NDManager scratch) {
        if (lossScale == null) {
            apply(number, learningRate, scratch);
            return true;
        }
        Gradients.scale(parameters, 1 / lossScale.scale(), scratch);
        if (!Double.isFinite(Gradients.norm(parameters, scratch))) {
            Gradients.zero(parameters, scratch);
            frozen.restoreStatistics();
            lossScale = lossScale.afterOverflow();
            return false;
        }
        // What counts updates, such as a bias correction, starts with the first that is made. Steps
        // that are only timed are numbered anew for each number of threads, hence the limit.
        apply(Math.max(0, number - lossScale.skippedSteps()), learningRate, scratch);
        lossScale = lossScale.afterGood();
        return true;
    }

    private void apply(long number, double learningRate, NDManager scratch) {
        if (clipNorm.isPresent()) {
            double norm = Gradients.clip(parameters, clipNorm.getAsDouble(), scratch);
            if (!Double.isFinite(norm)) {
                throw new TrainingDivergedException(
                        "norm of the gradients must be finite, but was "
                                + norm
                                + " in step "
                                + number
                                + "; lower the learning rate or lengthen the warm-up");
            }
        }
        nameUnreached();
        optimizer.step(number, learningRate, scratch);
        frozen.restoreStatistics();
        if (ema != null) {
            ema.update(number);
        }
    }

    /** Says once what the loss does not reach. No error: a network may have more than it uses. */
    private void nameUnreached() {
        if (named) {
            return;
        }
        named = true;
        List<String> paths = Gradients.unreached(parameters);
        if (!paths.isEmpty()) {
            LOGGER.warn(
                    "The loss does not reach {} of the student's parameters, which are left as they"
                            + " are, without weight decay too, until it does: {}",
                    paths.size(),
                    paths);
        }
    }

    /** The moving average of the weights, if the recipe has one. */
    public @Nullable Ema average() {
        return ema;
    }

    /** Makes trainable again what was trainable before. */
    @Override
    public void close() {
        frozen.close();
    }
}
