package io.ssld.core.train;

import java.util.Objects;

/**
 * A factor of the learning rate for a part of a network: the original's {@code lr_mult_list}.
 *
 * <p>A parameter takes the factor of the longest prefix of its path among all rules, and 1 if there
 * is none. The factor scales the whole step, <em>weight decay's share included</em>. With factor 0
 * the weights stay as they are, bit for bit, but the running statistics of normalisation layers go
 * on moving, as in the original; to keep those too, see {@link Freezing}.
 *
 * @param prefix the start of paths up to a dot, such as {@code blocks2}; see {@link ParameterPaths}
 * @param factor what the learning rate is multiplied by, 0 or more
 */
public record LearningRateMultiplier(String prefix, double factor) {

    /**
     * Checks the factor.
     *
     * @throws IllegalArgumentException if the prefix is empty or the factor out of range
     */
    public LearningRateMultiplier {
        Objects.requireNonNull(prefix, "prefix");
        if (prefix.isBlank()) {
            throw new IllegalArgumentException(
                    "multiplier prefix must not be empty, but was '"
                            + prefix
                            + "'; to change every rate, set learningRate");
        }
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "multiplier of " + prefix + " must be 0 or more and finite, but was " + factor);
        }
    }
}
