package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;

/**
 * Softmax cross-entropy with a target that is 1 − s + s/C at the label and s/C elsewhere, mean over
 * the batch.
 */
final class SmoothedCrossEntropy extends Loss {

    private final float smoothing;
    private final Loss dense;

    SmoothedCrossEntropy(float smoothing) {
        super("SmoothedCrossEntropy");
        this.smoothing = smoothing;
        this.dense = new SoftmaxCrossEntropyLoss(getName(), 1, -1, false, true);
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray logits = predictions.head();
        Shape shape = logits.getShape();
        int classes = Math.toIntExact(shape.get(1));
        NDArray hard = labels.head().reshape(shape.get(0)).oneHot(classes, logits.getDataType());
        // Results lie in the engine's memory, where the graph may keep them until backward.
        NDArray target = hard.mul(1 - smoothing).add(smoothing / classes);
        return dense.evaluate(new NDList(target), new NDList(logits));
    }
}
