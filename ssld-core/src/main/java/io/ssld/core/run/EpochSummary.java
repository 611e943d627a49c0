package io.ssld.core.run;

import io.ssld.core.evaluation.Evaluation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One epoch in numbers.
 *
 * @param epoch the number of the epoch, from 1
 * @param learningRate the rate of its last step
 * @param loss the mean training loss over its steps
 * @param accuracy the fraction of training examples on which the student's first choice was the
 *     teacher's, or the label's where there is no teacher; 0 to 1, measured while training
 * @param evaluation the student on the validation data after the epoch
 * @param averaged the student with averaged weights on the validation data, where the recipe
 *     averages them
 * @param examplesPerSecond training examples a second, without the evaluation
 * @param seconds the duration of training and evaluation
 */
public record EpochSummary(
        int epoch,
        double learningRate,
        double loss,
        double accuracy,
        Evaluation evaluation,
        Optional<Evaluation> averaged,
        double examplesPerSecond,
        double seconds) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public EpochSummary {
        Objects.requireNonNull(evaluation, "evaluation");
        Objects.requireNonNull(averaged, "averaged");
    }

    /**
     * Returns the better of both accuracies.
     *
     * @return the highest top-1 of the epoch's weights and of the averaged ones, 0 to 1
     */
    public double bestTop1() {
        return Math.max(evaluation.top1(), averaged.map(Evaluation::top1).orElse(0.0));
    }

    /**
     * Tells whether the averaged weights did better.
     *
     * @return true if there are averaged weights and their top-1 is higher
     */
    public boolean isAveragedBetter() {
        return bestTop1() > evaluation.top1();
    }

    /** The number of the first epoch with the highest accuracy; empty if there is none. */
    public static OptionalInt best(List<EpochSummary> epochs) {
        Objects.requireNonNull(epochs, "epochs");
        return epochs.stream()
                .reduce((best, next) -> next.bestTop1() > best.bestTop1() ? next : best)
                .map(best -> OptionalInt.of(best.epoch()))
                .orElse(OptionalInt.empty());
    }
}
