package io.ssld.zoo.weights;

import ai.djl.MalformedModelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights do not fit the network they were meant for. The message lists every parameter without
 * weights, every tensor without parameter and every tensor of another shape or type.
 */
public final class WeightMismatchException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    WeightMismatchException(List<String> missing, List<String> unexpected, List<String> misfits) {
        super(describe(missing, unexpected, misfits));
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
            faults.add(names.size() + " " + fault + ": " + String.join(", ", names));
        }
    }
}
