package io.ssld.core.train;

import java.util.List;
import java.util.Objects;

/**
 * When to end a run before its last epoch: after some evaluations in a row without a better one. A
 * pure function of the accuracies so far, so a resumed run stops where an uninterrupted one does.
 *
 * @param patience epochs in a row without improvement, at least 1
 * @param minDelta by how much an accuracy must exceed the best so far to count as better, in the
 *     unit of the accuracies, 0 or more
 * @param minEpochs epochs that are trained in any case, 0 or more
 */
public record EarlyStop(int patience, double minDelta, int minEpochs) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public EarlyStop {
        if (patience < 1) {
            throw new IllegalArgumentException("patience must be at least 1, but was " + patience);
        }
        if (!(minDelta >= 0 && minDelta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "minDelta must be 0 or more and finite, but was " + minDelta);
        }
        if (minEpochs < 0) {
            throw new IllegalArgumentException("minEpochs must be 0 or more, but was " + minEpochs);
        }
    }

    /**
     * Tells whether to stop now. The first accuracy is an improvement; NaN never is.
     *
     * @param accuracies what was measured after each epoch so far, in order
     * @return true if at least {@code minEpochs} were measured and the last {@code patience} of
     *     them brought no improvement
     */
    public boolean stopsAfter(List<Double> accuracies) {
        Objects.requireNonNull(accuracies, "accuracies");
        double best = Double.NEGATIVE_INFINITY;
        int without = 0;
        for (double accuracy : accuracies) {
            if (accuracy > best + minDelta) {
                best = accuracy;
                without = 0;
            } else {
                without++;
            }
        }
        return accuracies.size() >= minEpochs && without >= patience;
    }
}
