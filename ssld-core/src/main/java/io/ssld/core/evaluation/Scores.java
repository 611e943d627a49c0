package io.ssld.core.evaluation;

import java.util.Objects;

/**
 * Reads one row of logits. Equal logits rank by class number, and one that is not a number makes
 * its example wrong, so that results do not depend on the batch size.
 */
public final class Scores {

    private Scores() {}

    /**
     * Returns the first choice: the lowest class of the highest logit.
     *
     * @param logits rows of logits, one after the other
     * @param row which row, from 0
     * @param classes the length of a row
     * @return a class
     */
    public static int argMax(float[] logits, int row, int classes) {
        Objects.requireNonNull(logits, "logits");
        int start = row * classes;
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (logits[start + c] > logits[start + best]) {
                best = c;
            }
        }
        return best;
    }

    /**
     * Returns how many classes come before a label: those of higher logits, of equal ones and lower
     * number, and of logits that are not numbers. If the label's own logit is none, all of them do.
     *
     * @param logits rows of logits, one after the other
     * @param row which row, from 0
     * @param classes the length of a row
     * @param label the label
     * @return 0 if the label is the first choice
     */
    public static int rank(float[] logits, int row, int classes, int label) {
        Objects.requireNonNull(logits, "logits");
        int start = row * classes;
        float own = logits[start + label];
        int before = Float.isNaN(own) ? classes : 0;
        for (int c = 0; c < classes; c++) {
            float other = logits[start + c];
            if (other > own || (other == own && c < label) || Float.isNaN(other)) {
                before++;
            }
        }
        return before;
    }

    /**
     * Returns the softmax of one class: {@code exp(z_c - max z) / sum_k exp(z_k - max z)}, in
     * double precision.
     *
     * @param logits rows of logits, one after the other
     * @param row which row, from 0
     * @param classes the length of a row
     * @param wanted the class
     * @return a probability, NaN if a logit is none
     */
    public static double probability(float[] logits, int row, int classes, int wanted) {
        Objects.requireNonNull(logits, "logits");
        int start = row * classes;
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, logits[start + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logits[start + c] - max);
        }
        return Math.exp(logits[start + wanted] - max) / sum;
    }
}
