package io.ssld.core.evaluation;

import java.util.Arrays;
import java.util.Objects;

/**
 * The best threshold of a scene with two sides, as PaddleClas' PULC measures it: of the thresholds
 * 0, 0.0001, ..., 0.9999, the lowest of those with the highest true-positive rate whose
 * false-positive rate is at most a limit. A score counts as positive if it is above the threshold,
 * not if it equals it.
 *
 * <pre>
 * TPR(t) = positives with score > t / positives      FPR(t) = negatives with score > t / negatives
 * </pre>
 *
 * @param threshold the threshold; NaN if no threshold finds a positive within the limit
 * @param tpr the true-positive rate at it, 0 then
 * @param fpr the false-positive rate at it, 0 then
 */
public record OperatingPoint(double threshold, double tpr, double fpr) {

    /** The limit of the false-positive rate unless another one is asked for. */
    public static final double MAX_FPR = 1e-3;

    private static final int STEPS = 10_000;

    /**
     * Finds the point.
     *
     * @param positives the scores of the examples that are of the class; not empty
     * @param negatives the scores of the others; not empty
     * @param maxFpr the limit of the false-positive rate, 0 to 1
     * @return the point
     * @throws IllegalArgumentException if one side is empty, a score is not a number, or the limit
     *     is out of range
     */
    public static OperatingPoint of(double[] positives, double[] negatives, double maxFpr) {
        Objects.requireNonNull(positives, "positives");
        Objects.requireNonNull(negatives, "negatives");
        if (!(maxFpr >= 0 && maxFpr <= 1)) {
            throw new IllegalArgumentException("maxFpr must be in 0..1, but was " + maxFpr);
        }
        double[] up = sorted("positive", positives);
        double[] down = sorted("negative", negatives);
        OperatingPoint best = new OperatingPoint(Double.NaN, 0, 0);
        for (int i = 0; i < STEPS; i++) {
            double threshold = i / (double) STEPS;
            double tpr = (double) above(up, threshold) / up.length;
            double fpr = (double) above(down, threshold) / down.length;
            if (fpr <= maxFpr && tpr > best.tpr) {
                best = new OperatingPoint(threshold, tpr, fpr);
            }
        }
        return best;
    }

    private static double[] sorted(String side, double[] scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException(
                    side + " examples must be at least 1, but were none; check the positive class");
        }
        for (double score : scores) {
            if (Double.isNaN(score)) {
                throw new IllegalArgumentException(
                        "scores must be numbers, but one of a " + side + " example was NaN");
            }
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** How many of the ascending scores are above a threshold. */
    private static int above(double[] sorted, double threshold) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] > threshold) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return sorted.length - low;
    }
}
