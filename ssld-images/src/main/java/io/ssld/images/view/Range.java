package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;

/**
 * Numbers from {@code min} to {@code max}.
 *
 * @param min the lowest
 * @param max the highest
 */
public record Range(double min, double max) {

    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException if a bound is not finite or {@code min} is above {@code max}
     */
    public Range {
        if (!(min <= max && Double.isFinite(min) && Double.isFinite(max))) {
            throw new IllegalArgumentException(
                    "range must go from a finite number to one not below it, but was "
                            + min
                            + ".."
                            + max);
        }
    }

    /** A range within limits, both above 0; the name is for the message. */
    static Range positive(String name, double min, double max, double limit) {
        if (!(min > 0 && min <= max && max <= limit)) {
            throw new IllegalArgumentException(
                    name
                            + " must be a range in (0, "
                            + (limit == 1 ? "1" : Double.toString(limit))
                            + "], but was "
                            + min
                            + ".."
                            + max);
        }
        return new Range(min, max);
    }

    double draw(CounterRandom random) {
        return random.nextDouble(min, max);
    }

    /** Draws so that the logarithm is uniform. */
    double drawLog(CounterRandom random) {
        double low = StrictMath.log(min);
        double high = StrictMath.log(max);
        return StrictMath.exp(random.nextDouble(low, high));
    }

    Range clipTo(double limit) {
        return new Range(Math.min(min, limit), Math.min(max, limit));
    }
}
