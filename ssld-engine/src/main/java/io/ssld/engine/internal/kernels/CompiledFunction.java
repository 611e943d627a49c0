package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A network's forward pass that the engine compiled, as a whole or between blocks that answer by
 * themselves. Thread-safe.
 */
public interface CompiledFunction extends AutoCloseable {

    /**
     * Applies the function.
     *
     * @param x the argument; gradient recording must be off
     * @return the result, on the manager of the argument; not to be used in a differentiable
     *     operation with others before it was copied
     */
    NDArray run(NDArray x);

    /**
     * Returns which blocks answer by themselves, in Java and in 32 bits, with the weights they have
     * at the time of a call.
     *
     * @return their classes in the order of the network, with the name of a lambda block; empty if
     *     all is compiled
     */
    List<String> cuts();

    /** Frees the constants. To be called when no call is under way. */
    @Override
    void close();
}
