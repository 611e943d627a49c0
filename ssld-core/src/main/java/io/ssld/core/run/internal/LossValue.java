package io.ssld.core.run.internal;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;

/** What losses return, which anybody writes. */
final class LossValue {

    /** What the engine says of a value that no operation on the tape led to. */
    private static final String DETACHED = "does not require grad";

    private LossValue() {}

    /**
     * Reads a value.
     *
     * @param loss where it is from
     * @param value computed on the tape
     * @return its number
     * @throws IllegalArgumentException if it is not one number
     */
    static double number(Loss loss, NDArray value) {
        if (value.size() != 1) {
            throw new IllegalArgumentException(
                    "loss must return one number a batch, but "
                            + loss.getName()
                            + " returned shape "
                            + value.getShape()
                            + "; take the mean over the examples");
        }
        return value.toArray()[0].doubleValue();
    }

    /**
     * Adds the gradients of a value.
     *
     * @param loss where it is from
     * @param value computed on the tape
     * @param collector open
     * @throws IllegalArgumentException if nothing that trains led to the value
     */
    static void differentiate(Loss loss, NDArray value, GradientCollector collector) {
        try {
            collector.backward(value);
        } catch (EngineException e) {
            if (!String.valueOf(e.getMessage()).contains(DETACHED)) {
                throw e;
            }
            throw new IllegalArgumentException(
                    "loss must depend on what the student learns, but what "
                            + loss.getName()
                            + " returned has no gradient; compute it from the logits without"
                            + " stopGradient(), duplicate() or toType() on the way",
                    e);
        }
    }
}
