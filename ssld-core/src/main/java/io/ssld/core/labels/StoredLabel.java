package io.ssld.core.labels;

import java.util.Arrays;

/**
 * The soft label of one view as it is stored.
 *
 * @param classes the likeliest classes, likeliest first; all of them in order if all are stored
 * @param logProbabilities the natural logarithm of each one's probability, at most 0
 * @param logTail the natural logarithm of what the other classes have together; minus infinity if
 *     there are none
 */
public record StoredLabel(int[] classes, float[] logProbabilities, float logTail) {

    /** Copies the arrays. */
    public StoredLabel {
        classes = classes.clone();
        logProbabilities = logProbabilities.clone();
    }

    @Override
    public int[] classes() {
        return classes.clone();
    }

    @Override
    public float[] logProbabilities() {
        return logProbabilities.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredLabel label
                && Arrays.equals(classes, label.classes)
                && Arrays.equals(logProbabilities, label.logProbabilities)
                && Float.compare(logTail, label.logTail) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(classes) + Arrays.hashCode(logProbabilities);
    }

    @Override
    public String toString() {
        return Arrays.toString(classes)
                + " "
                + Arrays.toString(logProbabilities)
                + " tail "
                + logTail;
    }
}
