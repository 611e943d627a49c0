package io.ssld.engine.internal;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import java.util.Objects;

/**
 * Which engine to compute with. DJL's default is whichever engine the system property {@code
 * ai.djl.default_engine} names or the class path has first, and need not be the one that a network
 * lives in; so nothing here asks for it while there is a better answer.
 */
public final class Engines {

    private static final String PYTORCH = "PyTorch";

    private Engines() {}

    /**
     * Returns the engine for arrays that meet no network.
     *
     * @return PyTorch; DJL's default where PyTorch is not on the class path
     */
    public static Engine usual() {
        return Engine.hasEngine(PYTORCH) ? Engine.getEngine(PYTORCH) : Engine.getInstance();
    }

    /**
     * Returns the engine of a network.
     *
     * @param parameters of the network
     * @return the engine that has their arrays, or the usual one if there are none
     */
    public static Engine of(ParameterList parameters) {
        Objects.requireNonNull(parameters, "parameters");
        return parameters.values().stream()
                .filter(Parameter::isInitialized)
                .findFirst()
                .map(parameter -> parameter.getArray().getManager().getEngine())
                .orElseGet(Engines::usual);
    }

    /**
     * Starts a manager for arrays that meet no network.
     *
     * @return a manager of the usual engine, to be closed
     */
    public static NDManager newManager() {
        return usual().newBaseManager();
    }

    /**
     * Starts a manager for a network's inputs.
     *
     * @param parameters of the network
     * @return a manager of its engine, to be closed
     */
    public static NDManager newManager(ParameterList parameters) {
        return of(parameters).newBaseManager();
    }
}
