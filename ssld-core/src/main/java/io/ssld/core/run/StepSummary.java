package io.ssld.core.run;

import io.ssld.core.train.LossScale;
import java.util.Objects;
import java.util.Optional;

/**
 * One optimiser step in numbers.
 *
 * @param epoch the number of the epoch, from 1
 * @param epochs the epochs of the run
 * @param step the steps done in this epoch, from 1
 * @param steps the steps of an epoch
 * @param learningRate the rate of the step
 * @param loss the training loss of the step
 * @param accuracy agreement with the teacher, or with the labels where there is no teacher, over
 *     the epoch so far; 0 to 1
 * @param examplesPerSecond training examples a second over the epoch so far
 * @param lossScale how the loss of the next step is scaled, and how many steps were skipped so far,
 *     which are steps too; empty unless the student computes in float16
 */
public record StepSummary(
        int epoch,
        int epochs,
        int step,
        int steps,
        double learningRate,
        double loss,
        double accuracy,
        double examplesPerSecond,
        Optional<LossScale> lossScale) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public StepSummary {
        Objects.requireNonNull(lossScale, "lossScale");
    }
}
