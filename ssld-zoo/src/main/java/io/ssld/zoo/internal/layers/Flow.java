package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a {@link Wired} block runs on: arrays in a forward pass, shapes when a network is planned.
 * Channels are axis 1.
 *
 * @param <T> an array or its shape
 */
public interface Flow<T> {

    /** Returns the outputs of a child. */
    List<T> apply(Block child, List<T> inputs);

    /** Returns the only output of a child with one input. */
    default T apply(Block child, T input) {
        return apply(child, List.of(input)).get(0);
    }

    /** Returns left + right of equal shapes. */
    T add(T left, T right);

    /** Returns left * right, where right may be one number per channel. */
    T multiply(T left, T right);

    /** Returns the channels of all parts, one after the other. */
    T concat(List<T> parts);

    /** Returns so many parts with equally many channels. */
    List<T> split(T whole, int parts);

    /** Hands the sizes of a value to a check, if they are known. */
    void check(T value, Consumer<Shape> check);
}
