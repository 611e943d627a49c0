package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** Functions that the engine compiled, with their constants. Record no gradient. Thread-safe. */
public interface CompiledModule extends AutoCloseable {

    /**
     * Calls a function.
     *
     * @param method its name
     * @param arguments its arguments, which it may return among its results
     * @param owner where the results are to live
     * @return the results, which may be of types that DJL does not know; those are good for nothing
     *     but to be the arguments of another call
     */
    NDList call(String method, NDList arguments, NDManager owner);

    /** Frees the constants. */
    @Override
    void close();
}
