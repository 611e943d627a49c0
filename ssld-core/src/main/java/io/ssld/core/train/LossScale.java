package io.ssld.core.train;

import ai.djl.TrainingDivergedException;

/**
 * What a loss is multiplied by before the backward pass, so that gradients that are small do not
 * become zero in numbers of 16 bits; gradients are divided by it before anything else is done with
 * them. As "Mixed Precision Training" (Micikevicius et al., 2018) and PyTorch's {@code GradScaler}:
 * the scale begins at 65,536; after a step whose gradients are not all finite, which is skipped, it
 * is halved; after 2,000 good steps in a row it is doubled, up to 2^24. As it is a power of two,
 * dividing by it rounds nothing.
 *
 * @param scale the factor, at least 1
 * @param goodSteps steps in a row that were good at this scale
 * @param skippedSteps steps of the run that were skipped
 */
public record LossScale(double scale, int goodSteps, long skippedSteps) {

    /** Before the first step. */
    public static final LossScale START = new LossScale(1 << 16, 0, 0);

    private static final double LEAST = 1;
    private static final double MOST = 1 << 24;
    private static final double FACTOR = 2;
    private static final int STEPS_TO_GROW = 2_000;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public LossScale {
        if (!(scale >= LEAST && scale <= MOST)) {
            throw new IllegalArgumentException("loss scale must be 1 to 2^24, but was " + scale);
        }
        if (goodSteps < 0 || skippedSteps < 0) {
            throw new IllegalArgumentException(
                    "steps must be at least 0, but were " + goodSteps + " and " + skippedSteps);
        }
    }

    /**
     * Returns the scale after a step whose gradients were finite.
     *
     * @return twice as much if enough of them followed one another
     */
    public LossScale afterGood() {
        return goodSteps + 1 < STEPS_TO_GROW
                ? new LossScale(scale, goodSteps + 1, skippedSteps)
                : new LossScale(Math.min(MOST, scale * FACTOR), 0, skippedSteps);
    }

    /**
     * Returns the scale after a step whose gradients were not all finite, and which was skipped.
     *
     * @return half as much
     * @throws TrainingDivergedException if that is below 1: without any scale the gradients are too
     *     large
     */
    public LossScale afterOverflow() {
        if (scale / FACTOR < LEAST) {
            throw new TrainingDivergedException(
                    "gradients must be finite with a loss scale of 1, but were not, after "
                            + skippedSteps
                            + " skipped steps; lower the learning rate, clip the gradients, or"
                            + " train in bfloat16 or float32");
        }
        return new LossScale(scale / FACTOR, 0, skippedSteps + 1);
    }
}
