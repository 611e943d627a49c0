package io.ssld.images.view;

/** Checks of settings; the name of the setting is that of its key in a map. */
final class Checks {

    private Checks() {}

    static void probability(String name, double value) {
        between(name, value, 0, 1);
    }

    static void between(String name, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(
                    name + " must be in " + text(min) + ".." + text(max) + ", but was " + value);
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
