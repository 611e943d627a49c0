package io.ssld.core.train;

import io.ssld.base.internal.Ranges;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What keeps a network from fitting its training data too closely, and a step from going too far.
 *
 * @param weightDecay λ of the optimiser, 0 or more
 * @param decayRule which parameters decay
 * @param clipNorm the highest norm of all gradients together, see {@link Gradients#clip}; empty for
 *     none
 * @param labelSmoothing how much of a label's certainty is spread over all classes, 0 to less than
 *     1; only for training with labels, since soft labels need none
 */
public record Regularization(
        double weightDecay, DecayRule decayRule, OptionalDouble clipNorm, double labelSmoothing) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Regularization {
        Objects.requireNonNull(clipNorm, "clipNorm");
        Objects.requireNonNull(decayRule, "decayRule");
        Ranges.check(
                "weightDecay",
                weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY,
                "be 0 or more and finite",
                weightDecay);
        clipNorm.ifPresent(
                norm ->
                        Ranges.check(
                                "clipNorm",
                                norm > 0 && norm < Double.POSITIVE_INFINITY,
                                "be positive and finite",
                                norm));
        Ranges.check(
                "labelSmoothing",
                labelSmoothing >= 0 && labelSmoothing < 1,
                "be 0 to less than 1",
                labelSmoothing);
    }
}
