package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.Parameters;
import io.ssld.engine.internal.Replica;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A student as it was: closing puts back every parameter, running statistic and gradient bit for
 * bit, and takes away the values of those that had none.
 */
public final class StudentSnapshot implements AutoCloseable {

    private static final NDIndex ALL = new NDIndex("...");

    private final Student student;
    private final NDManager owner;
    private final IdentityHashMap<Parameter, Kept> kept = new IdentityHashMap<>();

    /**
     * What a parameter held.
     *
     * @param array a copy of its value
     * @param gradient a copy of its gradient; {@code null} if it gathered none
     */
    private record Kept(NDArray array, @Nullable NDArray gradient) {}

    /**
     * Copies all there is to a student.
     *
     * @param student the network, initialised or not
     * @param owner where the copies live
     * @throws IllegalArgumentException for a TorchScript module, whose running statistics DJL does
     *     not show
     */
    public StudentSnapshot(Student student, NDManager owner) {
        if (student.block() instanceof SymbolBlock) {
            throw new IllegalArgumentException(
                    "student must be a network of blocks to be planned with, but was the"
                            + " TorchScript module "
                            + student.name()
                            + ", whose running statistics could not be put back; load a second"
                            + " copy of it as a network of ssld-zoo, or plan with a similar one");
        }
        this.student = student;
        this.owner = owner;
        try (NoGrad off = NoGrad.open(owner.getEngine())) {
            for (Parameter parameter : student.parameters().values()) {
                if (parameter.isInitialized()) {
                    NDArray array = parameter.getArray();
                    NDArray gradient = null;
                    if (array.hasGradient()) {
                        try (NDArray own = array.getGradient()) {
                            gradient = copy(own);
                        }
                    }
                    kept.put(parameter, new Kept(copy(array), gradient));
                }
            }
        }
    }

    private NDArray copy(NDArray array) {
        NDArray copy = Replica.copy(array, array.getDevice());
        copy.attach(owner);
        return copy;
    }

    /** The memory that the copies take. */
    public long bytes() {
        long bytes = 0;
        for (Kept each : kept.values()) {
            bytes += Parameters.bytes(each.array());
            bytes += each.gradient() == null ? 0 : Parameters.bytes(each.gradient());
        }
        return bytes;
    }

    /** The memory of values that parameters got since. */
    public long freshBytes() {
        return student.parameters().values().stream()
                .filter(parameter -> parameter.isInitialized() && !kept.containsKey(parameter))
                .mapToLong(parameter -> Parameters.bytes(parameter.getArray()))
                .sum();
    }

    @Override
    public void close() {
        try (NoGrad off = NoGrad.open(owner.getEngine())) {
            for (Parameter parameter : student.parameters().values()) {
                Kept before = kept.get(parameter);
                if (before == null) {
                    parameter.close();
                } else {
                    restore(parameter.getArray(), before);
                }
            }
        }
    }

    private static void restore(NDArray array, Kept before) {
        array.set(ALL, before.array());
        if (array.hasGradient()) {
            try (NDArray gradient = array.getGradient()) {
                if (before.gradient() == null) {
                    gradient.set(ALL, 0);
                } else {
                    gradient.set(ALL, before.gradient());
                }
            }
        }
        if (before.gradient() == null) {
            array.setRequiresGradient(false);
        }
    }
}
