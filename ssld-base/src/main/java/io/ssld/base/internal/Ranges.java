package io.ssld.base.internal;

/** Checks of numbers. */
public final class Ranges {

    private Ranges() {}

    public static void check(String name, boolean ok, String rule, Object value) {
        if (!ok) {
            throw new IllegalArgumentException(name + " must " + rule + ", but was " + value);
        }
    }
}
