package io.ssld.engine.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

/**
 * Numbers as arrays that the graph may keep.
 *
 * <p>DJL's {@code array.mul(Number)} and {@code div(Number)} put the number into a Java buffer and
 * drop it at once, while on the CPU the engine's graph goes on reading that memory: after a garbage
 * collection between forward and backward the gradient is multiplied by whatever lies there. So a
 * factor of something that needs a gradient must be an array in the engine's own memory.
 */
public final class Constants {

    private Constants() {}

    /**
     * Returns a scalar for use with an array.
     *
     * @param like decides type, manager and device
     * @param value the number
     * @return a scalar array in the engine's memory, on the manager of {@code like}
     */
    public static NDArray of(NDArray like, double value) {
        NDManager manager = like.getManager();
        boolean wide = like.getDataType() == DataType.FLOAT64;
        try (NDArray inJava = wide ? manager.create(value) : manager.create((float) value)) {
            return inJava.duplicate();
        }
    }
}
