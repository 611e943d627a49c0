package io.ssld.core.train;

/**
 * A moving average of the weights beside the raw ones, as data; see {@link Ema}.
 *
 * @param decay what the average keeps of itself at a step, 0 to less than 1; 0.9999 is usual for
 *     long runs, the average then spans some 10,000 steps
 * @param warmup whether the first steps keep less, min(decay, (1 + t) / (10 + t)) at step t from 0,
 *     so that the average soon forgets where it began
 */
public record EmaSettings(double decay, boolean warmup) {

    /**
     * Checks the decay.
     *
     * @throws IllegalArgumentException if the decay is out of range
     */
    public EmaSettings {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException(
                    "ema decay must be 0 to less than 1, but was " + decay);
        }
    }

    /**
     * Returns what the average keeps of itself at a step.
     *
     * @param step the number of the step, from 0
     * @return from 0 to {@code decay}
     */
    public double at(long step) {
        return warmup ? Math.min(decay, (1.0 + step) / (10.0 + step)) : decay;
    }
}
