package io.ssld.selection;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The K likeliest classes of logits. */
final class LikeliestClasses {

    private LikeliestClasses() {}

    /**
     * Computes {@code softmax(logits)}, rounds to six significant digits and keeps the highest.
     *
     * <p>Rounded first and ordered then: classes that the rounding made equal are in the order of
     * their numbers, as readers of a table expect.
     *
     * @param logits one value a class
     * @param topK 1 to the number of classes
     * @param image for messages
     * @throws IllegalStateException if a logit is not finite
     */
    static List<ClassScore> of(float[] logits, int topK, Path image) {
        double highest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            // Log-probabilities of an average may be minus infinity: a probability of 0.
            if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
                throw new IllegalStateException(
                        "teacher's logits must be finite, but one of "
                                + image
                                + " was "
                                + logit
                                + "; check the teacher's weights and normalisation");
            }
            highest = Math.max(highest, logit);
        }
        double sum = 0;
        double[] exponentials = new double[logits.length];
        for (int c = 0; c < logits.length; c++) {
            exponentials[c] = Math.exp(logits[c] - highest);
            sum += exponentials[c];
        }
        float[] best = new float[topK];
        int[] classes = new int[topK];
        int found = 0;
        for (int c = 0; c < logits.length; c++) {
            double probability = exponentials[c] / sum;
            // Rounding keeps the order, so what is not above the last cannot come before it.
            if (found < topK || probability > best[topK - 1]) {
                found = insert(best, classes, found, RowText.round(probability), c);
            }
        }
        List<ClassScore> scores = new ArrayList<>(topK);
        for (int i = 0; i < topK; i++) {
            scores.add(new ClassScore(classes[i], best[i]));
        }
        return scores;
    }

    /** Inserts after all that are at least as likely: classes come in order of their numbers. */
    private static int insert(float[] best, int[] classes, int found, float value, int number) {
        int at = found;
        while (at > 0 && best[at - 1] < value) {
            at--;
        }
        if (at == best.length) {
            return found;
        }
        int last = Math.min(found, best.length - 1);
        System.arraycopy(best, at, best, at + 1, last - at);
        System.arraycopy(classes, at, classes, at + 1, last - at);
        best[at] = value;
        classes[at] = number;
        return last + 1;
    }
}
