package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/** Changes a network's trainable parameters by their gradients, step after step. */
public interface Optimizer {

    /**
     * Updates every parameter from its gradient and sets the gradients to zero.
     *
     * @param step the number of the step, from 0; what an optimiser counts, it takes from here
     * @param learningRate the rate of this step
     * @param scratch the owner of temporaries, to be closed by the caller soon
     */
    void step(long step, double learningRate, NDManager scratch);

    /**
     * Returns all that the next step depends on besides parameters and gradients. The arrays are
     * the optimiser's own: a resumed run copies what it saved into them.
     *
     * @return arrays by name, each the path of its parameter, a slash, and what it is; in the order
     *     of the parameters
     */
    Map<String, NDArray> state();
}
