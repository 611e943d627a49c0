package io.ssld.core.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Whether a network is right as often as it believes (Guo et al., "On calibration of modern neural
 * networks", 2017).
 *
 * <pre>
 * ECE = sum over bins of |B| / n * |accuracy(B) - confidence(B)|
 * </pre>
 *
 * <p>The bins are of equal width, open at their lower and closed at their upper end. Outcomes
 * without a confidence (a logit was not a number) are left out of bins and n.
 *
 * @param bins from confidence 0 to 1
 * @param expectedError the expected calibration error, 0 to 1; NaN without outcomes
 */
public record Calibration(List<Bin> bins, double expectedError) {

    /** The usual number of bins. */
    public static final int BINS = 15;

    /** Copies the bins. */
    public Calibration {
        Objects.requireNonNull(bins, "bins");
        bins = List.copyOf(bins);
    }

    /**
     * The outcomes of similar confidence.
     *
     * @param lower confidences are above this
     * @param upper and at most this
     * @param count how many there are
     * @param confidence their mean confidence, NaN if there are none
     * @param accuracy the fraction that is right, NaN if there are none
     */
    public record Bin(double lower, double upper, long count, double confidence, double accuracy) {}

    /**
     * Measures outcomes in {@link #BINS} bins.
     *
     * @param outcomes what a network said
     * @return its calibration
     */
    public static Calibration of(List<Outcome> outcomes) {
        Objects.requireNonNull(outcomes, "outcomes");
        return of(outcomes, BINS);
    }

    /**
     * Measures outcomes.
     *
     * @param outcomes what a network said
     * @param bins the number of bins, at least 1
     * @return its calibration
     */
    public static Calibration of(List<Outcome> outcomes, int bins) {
        Objects.requireNonNull(outcomes, "outcomes");
        if (bins < 1) {
            throw new IllegalArgumentException("bins must be at least 1, but was " + bins);
        }
        long[] counts = new long[bins];
        long[] right = new long[bins];
        double[] confidences = new double[bins];
        long all = 0;
        for (Outcome outcome : outcomes) {
            if (!Double.isNaN(outcome.confidence())) {
                int bin = (int) Math.ceil(outcome.confidence() * bins) - 1;
                bin = Math.max(0, Math.min(bins - 1, bin));
                counts[bin]++;
                right[bin] += outcome.isCorrect() ? 1 : 0;
                confidences[bin] += outcome.confidence();
                all++;
            }
        }
        List<Bin> result = new ArrayList<>();
        double error = 0;
        for (int b = 0; b < bins; b++) {
            Bin bin =
                    new Bin(
                            (double) b / bins,
                            (b + 1.0) / bins,
                            counts[b],
                            confidences[b] / counts[b],
                            (double) right[b] / counts[b]);
            result.add(bin);
            if (counts[b] > 0) {
                error += (double) counts[b] / all * Math.abs(bin.accuracy() - bin.confidence());
            }
        }
        return new Calibration(result, all == 0 ? Double.NaN : error);
    }
}
