package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers of one step as arrays, each made once. DJL makes an array of a number for every
 * operation that is given one, which takes many times as long as the operation on a small layer.
 */
final class Scalars implements AutoCloseable {

    private final NDManager manager;
    private final Map<Key, NDArray> made = new HashMap<>();

    /** Opens a scope whose arrays live on a manager below {@code scratch}. */
    Scalars(NDManager scratch) {
        manager = scratch.newSubManager();
    }

    /** A number in the precision of an array; a double elsewhere is more than some devices know. */
    NDArray of(NDArray like, double value) {
        boolean wide = like.getDataType() == DataType.FLOAT64;
        return made.computeIfAbsent(
                new Key(wide, value),
                key -> key.wide ? manager.create(value) : manager.create((float) value));
    }

    @Override
    public void close() {
        manager.close();
    }

    private record Key(boolean wide, double value) {}
}
