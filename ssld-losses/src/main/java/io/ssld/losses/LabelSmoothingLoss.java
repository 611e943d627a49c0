package io.ssld.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * Softmax cross-entropy whose target keeps a little doubt:
 *
 * <pre>
 * loss = mean over the labelled examples of −Σ_c q[c] · log softmax(s)[c]
 * q[c] = 1 − ε + ε/C at the label, ε/C elsewhere
 * </pre>
 *
 * <p>Logits s are (N, C), targets (N) or (N, 1) class numbers, {@link LabelSlots#UNLABELLED} where
 * there is none; the result is a scalar from about 0 upwards, 0 with zero gradient if no example is
 * labelled. With ε = 0 it is plain cross-entropy. Equal to PyTorch's {@code
 * CrossEntropyLoss(label_smoothing=ε)} and, up to its epsilon, PaddleClas' {@code CELoss}.
 *
 * <p>For training with labels: soft labels of a teacher need no smoothing, and SSLD uses none.
 * Paper: Szegedy et al., <i>Rethinking the Inception Architecture for Computer Vision</i>, 2015,
 * arXiv:1512.00567.
 */
public final class LabelSmoothingLoss extends Loss {

    private final float smoothing;

    /**
     * Creates the loss.
     *
     * @param smoothing ε, 0 to less than 1; 0.1 is usual
     * @throws IllegalArgumentException if it is out of range
     */
    public LabelSmoothingLoss(float smoothing) {
        this("LabelSmoothingLoss", smoothing);
    }

    /**
     * Creates the loss under a name of its own.
     *
     * @param name how logs, run folders and DJL's metrics call it
     * @param smoothing ε, 0 to less than 1; 0.1 is usual
     * @throws IllegalArgumentException if the name is blank, or ε out of range
     */
    public LabelSmoothingLoss(String name, float smoothing) {
        super(LossName.check(name));
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "smoothing must be 0 to less than 1, but was " + smoothing);
        }
        this.smoothing = smoothing;
    }

    /**
     * Computes the loss of one batch.
     *
     * @param labels the targets, in slot {@link LabelSlots#TARGET}
     * @param predictions the logits first
     * @return the loss, of the type and manager of the logits
     * @throws IllegalArgumentException if shapes or types do not fit, or a target is no class
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray student = Inputs.studentLogits(predictions);
        NDArray target = Inputs.onlyTarget(labels, student);
        long classes = student.getShape().get(1);
        HardLabels labelled = HardLabels.read(target, classes);
        NDArray logProbabilities = student.logSoftmax(1);
        return smoothing == 0
                ? labelled.crossEntropy(logProbabilities)
                : labelled.smoothedCrossEntropy(logProbabilities, smoothing);
    }
}
