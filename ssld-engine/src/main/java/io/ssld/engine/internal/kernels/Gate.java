package io.ssld.engine.internal.kernels;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A function from numbers to factors between 0 and 1.
 *
 * @param slope s of min(max(s x + 1/2, 0), 1); without one it is 1 / (1 + exp(-x))
 */
public record Gate(OptionalDouble slope) {

    /** 1 / (1 + exp(-x)). */
    public static final Gate SIGMOID = new Gate(OptionalDouble.empty());

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public Gate {
        Objects.requireNonNull(slope, "slope");
    }

    /**
     * Returns min(max(slope x + 1/2, 0), 1).
     *
     * @param slope 1/6 in PyTorch, 0.2 in Paddle
     * @return the gate
     */
    public static Gate hardSigmoid(double slope) {
        return new Gate(OptionalDouble.of(slope));
    }
}
