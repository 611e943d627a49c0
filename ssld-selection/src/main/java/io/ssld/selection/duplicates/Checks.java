package io.ssld.selection.duplicates;

/** The ranges of arguments. */
final class Checks {

    private Checks() {}

    static <N extends Number> N atLeast(long least, N value, String name) {
        if (value.longValue() < least) {
            throw new IllegalArgumentException(
                    name + " must be at least " + least + ", but was " + value);
        }
        return value;
    }

    static double part(double value, String name) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in 0..1, but was " + value);
        }
        return value;
    }
}
