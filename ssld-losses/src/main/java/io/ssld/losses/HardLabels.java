package io.ssld.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.ssld.engine.internal.Constants;
import java.util.stream.LongStream;

/** The classes that people gave to some examples of a batch. */
final class HardLabels {

    private final long[] targets;
    private final int labelled;

    private HardLabels(long[] targets) {
        this.targets = targets;
        this.labelled = (int) LongStream.of(targets).filter(t -> t >= 0).count();
    }

    /**
     * Reads targets on the host: an index out of range would otherwise end a GPU process instead of
     * raising an error.
     */
    static HardLabels read(NDArray target, long classes) {
        Number[] values = target.toArray();
        long[] targets = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            double value = values[i].doubleValue();
            if (value != Math.rint(value) || value < LabelSlots.UNLABELLED || value >= classes) {
                throw new IllegalArgumentException(
                        "target of example "
                                + i
                                + " must be a class from 0 to "
                                + (classes - 1)
                                + " or "
                                + LabelSlots.UNLABELLED
                                + " for an unlabelled example, but was "
                                + values[i]);
            }
            targets[i] = (long) value;
        }
        return new HardLabels(targets);
    }

    /**
     * Mean of −log p[target] over the labelled examples; 0, with zero gradient, if there is none.
     */
    NDArray crossEntropy(NDArray logProbabilities) {
        NDManager manager = logProbabilities.getManager();
        NDArray expected = logProbabilities.gather(classes(manager).expandDims(1), 1).squeeze(1);
        NDArray sum = expected.mul(isLabelled(manager)).sum();
        return sum.div(Constants.of(sum, -Math.max(labelled, 1)));
    }

    /**
     * The same with a share of the target spread evenly over all classes. To the bit what DJL's
     * cross-entropy of dense targets is, if all examples are labelled.
     */
    NDArray smoothedCrossEntropy(NDArray logProbabilities, float smoothing) {
        NDManager manager = logProbabilities.getManager();
        DataType type = logProbabilities.getDataType();
        long all = logProbabilities.getShape().get(1);
        NDArray target = classes(manager).oneHot(Math.toIntExact(all), type);
        target =
                target.mul(Constants.of(target, 1.0 - smoothing))
                        .add(Constants.of(target, (double) smoothing / all));
        // In the same type, or half precision would become single.
        NDArray mask = isLabelled(manager).expandDims(1).toType(type, false);
        NDArray losses = logProbabilities.mul(target.mul(mask)).neg().sum(new int[] {1}, true);
        if (labelled == targets.length) {
            return losses.mean();
        }
        NDArray sum = losses.sum();
        return sum.div(Constants.of(sum, Math.max(labelled, 1)));
    }

    /** The classes, 0 for who has none. */
    private NDArray classes(NDManager manager) {
        // Copies, because the graph keeps these arrays until backward: made from Java data they
        // would lie in a Java buffer, which may be collected as soon as their handles are closed.
        long[] classes = LongStream.of(targets).map(target -> Math.max(target, 0)).toArray();
        return manager.create(classes).duplicate();
    }

    private NDArray isLabelled(NDManager manager) {
        float[] isLabelled = new float[targets.length];
        for (int i = 0; i < targets.length; i++) {
            isLabelled[i] = targets[i] >= 0 ? 1 : 0;
        }
        return manager.create(isLabelled).duplicate();
    }
}
