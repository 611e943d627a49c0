package io.ssld.base.internal;

/** Checks of numbers. */
public final class Ranges {

    private Ranges() {}

    public static void check(String name, boolean ok, String rule, Object value) {
        if (!ok) {
            throw new IllegalArgumentException(name + " must " + rule + ", but was " + value);
        }
    }

    /**
     * Requires a number from 0 to 1.
     *
     * @return the number
     */
    public static double probability(String name, double value) {
        return between(name, value, 0, 1);
    }

    /**
     * Requires a number in a range, both ends included.
     *
     * @return the number
     */
    public static double between(String name, double value, double min, double max) {
        check(name, value >= min && value <= max, "be in " + text(min) + ".." + text(max), value);
        return value;
    }

    /**
     * Requires a whole number of at least another.
     *
     * @return the number
     */
    public static <N extends Number> N atLeast(String name, N value, long least) {
        check(name, value.longValue() >= least, "be at least " + least, value);
        return value;
    }

    private static String text(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
