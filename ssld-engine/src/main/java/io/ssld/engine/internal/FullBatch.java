package io.ssld.engine.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Batches filled up to one size, so that every forward pass has one shape: what is said of an
 * example hardly depends on its batch then, and not at all if the same batch is done again.
 */
public final class FullBatch {

    private FullBatch() {}

    /**
     * Fills images up with zeros.
     *
     * @param inputs one array (N, C, H, W)
     * @param size the examples wanted, at least N
     * @return the inputs themselves if N is the size, else a longer array on their manager
     */
    public static NDList of(NDList inputs, int size) {
        NDArray images = inputs.head();
        Shape shape = images.getShape();
        long missing = size - shape.get(0);
        if (missing <= 0) {
            return inputs;
        }
        Shape rest = new Shape(missing, shape.get(1), shape.get(2), shape.get(3));
        NDArray zeros = images.getManager().zeros(rest, images.getDataType());
        return new NDList(images.concat(zeros));
    }
}
