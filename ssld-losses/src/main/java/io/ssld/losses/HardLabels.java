package io.ssld.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
        return crossEntropy(logProbabilities, 0);
    }

    /** The same with a share of the target spread evenly over all classes. */
    NDArray crossEntropy(NDArray logProbabilities, float smoothing) {
        NDManager manager = logProbabilities.getManager();
        float[] isLabelled = new float[targets.length];
        long[] index = new long[targets.length];
        for (int i = 0; i < targets.length; i++) {
            isLabelled[i] = targets[i] >= 0 ? 1 : 0;
            index[i] = Math.max(targets[i], 0);
        }
        // Copies, because the graph keeps these arrays until backward: made from Java data they
        // would lie in a Java buffer, which may be collected as soon as their handles are closed.
        NDArray column = manager.create(index).duplicate().expandDims(1);
        NDArray mask = manager.create(isLabelled).duplicate();
        NDArray expected = logProbabilities.gather(column, 1).squeeze(1);
        if (smoothing != 0) {
            NDArray even = logProbabilities.mean(new int[] {1});
            expected =
                    expected.mul(Constants.of(expected, 1.0 - smoothing))
                            .add(even.mul(Constants.of(even, smoothing)));
        }
        NDArray sum = expected.mul(mask).sum();
        return sum.div(Constants.of(sum, -Math.max(labelled, 1)));
    }
}
