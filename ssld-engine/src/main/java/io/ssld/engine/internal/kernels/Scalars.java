package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one step as arrays, each made once. DJL makes an array of a number for every
 * operation that is given one, which takes many times as long as the operation on a small layer.
 */
final class Scalars implements AutoCloseable {

    private final @Nullable NDManager manager;
    private final Map<Key, NDArray> made = new HashMap<>();

    /** Opens a scope whose arrays live beside those given, if there are any. */
    Scalars(NDList arrays) {
        manager = arrays.isEmpty() ? null : arrays.head().getManager().newSubManager();
    }

    /** A number in the precision of an array; a double elsewhere is more than some devices know. */
    NDArray of(NDArray like, double value) {
        boolean wide = like.getDataType() == DataType.FLOAT64;
        return made.computeIfAbsent(new Key(wide, value), key -> make(key));
    }

    private NDArray make(Key key) {
        NDManager owner = Objects.requireNonNull(manager);
        return key.wide ? owner.create(key.value) : owner.create((float) key.value);
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }

    private record Key(boolean wide, double value) {}
}
