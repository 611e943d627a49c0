package io.ssld.core.evaluation;

import java.util.Objects;

/**
 * What a network said of one labelled example.
 *
 * @param label the true class
 * @param predicted the first choice
 * @param rank how many classes came before the label; 0 if the first choice was right
 * @param confidence the softmax of the first choice, 0 to 1; NaN if a logit is not a number
 */
public record Outcome(int label, int predicted, int rank, double confidence) {

    /**
     * Reads one row of logits.
     *
     * @param logits rows of logits, one after the other
     * @param row which row, from 0
     * @param classes the length of a row
     * @param label the true class
     * @return the outcome
     * @throws IllegalArgumentException if the label is not one of the classes
     */
    public static Outcome of(float[] logits, int row, int classes, int label) {
        Objects.requireNonNull(logits, "logits");
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    "label must be in 0.." + (classes - 1) + ", but was " + label);
        }
        int predicted = Scores.argMax(logits, row, classes);
        return new Outcome(
                label,
                predicted,
                Scores.rank(logits, row, classes, label),
                Scores.probability(logits, row, classes, predicted));
    }

    /**
     * Tells whether the first choice was right.
     *
     * @return whether no class came before the label
     */
    public boolean isCorrect() {
        return rank == 0;
    }
}
