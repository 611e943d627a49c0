package io.ssld.weights;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.Shape;
import io.ssld.base.internal.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Weights do not fit the network they were meant for, or are no numbers. The message lists
 * parameters without weights, tensors without parameter, tensors of another shape or type, and
 * tensors that hold NaN or infinity: of each kind the first ones and how many more.
 */
public final class WeightMismatchException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    WeightMismatchException(List<String> missing, List<String> unexpected, List<String> misfits) {
        super(describe(missing, unexpected, misfits));
    }

    private WeightMismatchException(String message) {
        super(message);
    }

    /**
     * Fails for weights with which a network answers NaN.
     *
     * @throws WeightMismatchException naming the tensors
     */
    static void requireFinite(StateDict state) throws WeightMismatchException {
        List<String> faults = notFinite(state.tensors());
        if (!faults.isEmpty()) {
            throw new WeightMismatchException(
                    "weights must be finite, but there is NaN or infinity in "
                            + Messages.list(faults)
                            + "; the file is damaged, its values are beyond the range of float32,"
                            + " or their training diverged");
        }
    }

    /** Describes the tensors that hold NaN or infinity. */
    static List<String> notFinite(Map<String, HostTensor> tensors) {
        List<String> faults = new ArrayList<>();
        tensors.forEach(
                (name, tensor) -> {
                    long count = tensor.countNotFinite();
                    if (count > 0) {
                        Shape shape = tensor.shape();
                        faults.add(name + " (" + count + " of " + shape.size() + " values)");
                    }
                });
        return faults;
    }

    private static String describe(
            List<String> missing, List<String> unexpected, List<String> misfits) {
        List<String> faults = new ArrayList<>();
        addFault(faults, missing, "missing");
        addFault(faults, unexpected, "unexpected");
        addFault(faults, misfits, "of another shape or type");
        return "weights must fit the block name for name, but "
                + String.join("; ", faults)
                + "; use the network the weights were made for, and StateDict.toType for its type";
    }

    private static void addFault(List<String> faults, List<String> names, String fault) {
        if (!names.isEmpty()) {
            faults.add(names.size() + " " + fault + ": " + Messages.list(names));
        }
    }
}
