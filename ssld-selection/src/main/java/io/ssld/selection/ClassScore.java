package io.ssld.selection;

/**
 * How likely a teacher holds one class for an image.
 *
 * @param classNumber the class, from 0
 * @param probability 0 to 1
 */
public record ClassScore(int classNumber, float probability) {

    /** Checks the ranges. */
    public ClassScore {
        if (classNumber < 0) {
            throw new IllegalArgumentException(
                    "classNumber must be from 0, but was " + classNumber);
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "probability must be in 0..1, but was " + probability);
        }
    }
}
