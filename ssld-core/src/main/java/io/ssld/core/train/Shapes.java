package io.ssld.core.train;

/** What the shapes of {@link Schedule} share. */
final class Shapes {

    private Shapes() {}

    /** From 0 at the first step to 1 after the last, and 1 from then on. */
    static double progress(long step, long total) {
        return Math.min(1, (double) step / total);
    }

    static void requireFloor(double floor) {
        if (!(floor >= 0 && floor < 1)) {
            throw new IllegalArgumentException(
                    "floor must be 0 to less than 1, a share of the highest rate, but was "
                            + floor);
        }
    }

    static void requireFactor(double factor) {
        if (!(factor > 0 && factor < 1)) {
            throw new IllegalArgumentException(
                    "factor must be more than 0 and less than 1, but was " + factor);
        }
    }
}
