package io.ssld.kernels;

import ai.djl.ndarray.NDArray;

/** A function that the engine compiled, with its constants. Records no gradient. Thread-safe. */
public interface CompiledFunction extends AutoCloseable {

    /**
     * Applies the function.
     *
     * @param x the argument
     * @return the result, on the manager of the argument; not to be used in a differentiable
     *     operation with others before it was copied
     */
    NDArray run(NDArray x);

    /** Frees the constants. */
    @Override
    void close();
}
