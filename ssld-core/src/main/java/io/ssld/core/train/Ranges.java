package io.ssld.core.train;

/** Checks of numbers. */
final class Ranges {

    private Ranges() {}

    static void check(String name, boolean ok, String rule, Object value) {
        if (!ok) {
            throw new IllegalArgumentException(name + " must " + rule + ", but was " + value);
        }
    }
}
