package io.ssld.core.labels;

import java.util.Arrays;

/** The soft label of one view as it is stored. */
public final class StoredLabel {

    private final int[] classes;
    private final float[] logProbabilities;
    private final float logTail;

    StoredLabel(int[] classes, float[] logProbabilities, float logTail) {
        this.classes = classes;
        this.logProbabilities = logProbabilities;
        this.logTail = logTail;
    }

    /**
     * Returns the classes that the label names.
     *
     * @return the likeliest classes, likeliest first; all of them in order if all are stored
     */
    public int[] classes() {
        return classes.clone();
    }

    /**
     * Returns what the named classes have.
     *
     * @return the natural logarithm of each one's probability, at most 0
     */
    public float[] logProbabilities() {
        return logProbabilities.clone();
    }

    /**
     * Returns what the other classes have together.
     *
     * @return the natural logarithm of their probability; minus infinity if there are none
     */
    public float logTail() {
        return logTail;
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
