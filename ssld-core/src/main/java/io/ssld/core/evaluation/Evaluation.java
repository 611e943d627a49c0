package io.ssld.core.evaluation;

import java.util.Optional;

/**
 * How often a network was right, exact over all examples whatever the batch size.
 *
 * @param examples the number of examples
 * @param top1 the fraction whose label has the highest logit, 0 to 1
 * @param top5 the fraction whose label is among the five highest logits, 0 to 1; 1 with up to five
 *     classes
 */
public record Evaluation(long examples, double top1, double top5) {

    /** With so many classes or fewer the top-5 accuracy is 1 whatever a network does. */
    public static final int TRIVIAL_TOP5_CLASSES = 5;

    /**
     * Returns the top-5 accuracy where it says something.
     *
     * @param classes the number of classes
     * @return empty with five or fewer
     */
    public Optional<Double> top5(int classes) {
        return classes > TRIVIAL_TOP5_CLASSES ? Optional.of(top5) : Optional.empty();
    }
}
