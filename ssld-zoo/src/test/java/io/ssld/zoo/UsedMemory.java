package io.ssld.zoo;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Memory as it is after a while: what the engine takes next holds what others left there. */
public final class UsedMemory {

    private static final int SIZES = 64;
    private static final int[] STEPS = {256, 4096};

    private UsedMemory() {}

    /** Fills memory of many sizes with NaN and gives it back to the engine. */
    public static void leaveNan() {
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int i = 1; i <= SIZES; i++) {
                for (int step : STEPS) {
                    manager.ones(new Shape((long) i * step)).muli(Float.NaN);
                }
            }
        }
    }
}
