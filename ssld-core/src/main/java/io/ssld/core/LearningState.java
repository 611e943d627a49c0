package io.ssld.core;

import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.ParameterList;
import io.ssld.core.train.Ema;
import io.ssld.core.train.FrozenPart;
import io.ssld.core.train.Gradients;
import io.ssld.core.train.Optimizer;
import io.ssld.core.train.ParameterPaths;
import io.ssld.core.train.Recipe;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Everything a step changes: the student's arrays, the optimiser's, the average's; and what it must
 * not change, the frozen part.
 */
final class LearningState implements AutoCloseable {

    private final ParameterList parameters;
    private final FrozenPart frozen;
    private final Optimizer optimizer;
    private final @Nullable Ema ema;
    private final OptionalDouble clipNorm;

    /**
     * Freezes what the recipe says, and starts optimiser and average.
     *
     * @param student initialised
     * @param recipe how it learns
     * @param manager the owner of what is added to the student's arrays
     */
    LearningState(Student student, Recipe recipe, NDManager manager) {
        this.parameters = ParameterPaths.of(student.block());
        this.frozen = FrozenPart.freeze(student.block(), recipe.freezing(), manager);
        this.optimizer = recipe.newOptimizer(parameters, manager);
        this.ema = recipe.ema().map(e -> new Ema(parameters, e, manager)).orElse(null);
        this.clipNorm = recipe.regularization().clipNorm();
    }

    /** All arrays that the next step computes with, by name. */
    Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        parameters.forEach(
                pair -> arrays.put("student/" + pair.getKey(), pair.getValue().getArray()));
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

    /**
     * Updates everything by the gradients.
     *
     * @param number of the step, from 0
     * @param learningRate the rate of the step
     * @param scratch the owner of temporaries
     * @throws TrainingDivergedException if gradients are clipped and their norm is not finite; the
     *     weights are left as they were
     */
    void update(long number, double learningRate, NDManager scratch) {
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
        optimizer.step(number, learningRate, scratch);
        frozen.restoreStatistics();
        if (ema != null) {
            ema.update(number);
        }
    }

    /** The moving average of the weights, if the recipe has one. */
    @Nullable Ema average() {
        return ema;
    }

    /** Makes trainable again what was trainable before. */
    @Override
    public void close() {
        frozen.close();
    }
}
