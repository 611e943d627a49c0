package io.ssld.engine.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.function.Function;

/** A forward pass that leaves nothing behind but its answer. */
public final class Inference {

    private Inference() {}

    /**
     * Runs a function of the inputs without recording and frees its intermediate arrays.
     *
     * <p>An operation's result belongs to the manager of its first operand, so the function gets
     * views of the inputs that belong to a manager of this call: otherwise every activation of a
     * forward pass would live as long as the batch.
     *
     * @param inputs the inputs, left as they are
     * @param function from inputs, on a manager that is closed afterwards, to one array
     * @return the function's result, on the manager of the inputs
     */
    public static NDArray run(NDList inputs, Function<NDList, NDArray> function) {
        NDManager manager = inputs.head().getManager();
        try (NoGrad off = NoGrad.open(manager.getEngine());
                NDManager scratch = manager.newSubManager()) {
            NDList views = new NDList(inputs.size());
            for (NDArray input : inputs) {
                NDArray view = input.reshape(input.getShape());
                view.attach(scratch);
                view.setName(input.getName());
                views.add(view);
            }
            NDArray result = function.apply(views);
            result.attach(manager);
            return result;
        }
    }

    /**
     * Returns the first output of a block.
     *
     * @param block an initialised block
     * @param inputs its inputs
     * @param training whether batch norm and dropout behave as in training
     * @return the first output, on whatever manager the block left it
     */
    public static NDArray forward(Block block, NDList inputs, boolean training) {
        ParameterStore store = new ParameterStore(inputs.head().getManager(), false);
        return forward(block, store, inputs, training);
    }

    /**
     * Returns the first output of a block that computes with the arrays of a store.
     *
     * @param block an initialised block
     * @param store the arrays
     * @param inputs its inputs
     * @param training whether batch norm and dropout behave as in training
     * @return the first output, on whatever manager the block left it
     */
    public static NDArray forward(
            Block block, ParameterStore store, NDList inputs, boolean training) {
        return block.forward(store, inputs, training).head();
    }
}
