package io.ssld.engine.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A second set of a network's arrays, on a device of its own, so that one block computes in several
 * places at once.
 *
 * <p>DJL's blocks hold no state but their parameters and ask a {@link ParameterStore} for the
 * arrays to compute with; a replica is such a store. DJL's own keeps one copy a device, which two
 * replicas on one device would share. A TorchScript module cannot be replicated: its arrays are
 * inside.
 */
public final class Replica {

    private static final NDIndex ALL = new NDIndex("...");

    private final Device device;
    private final IdentityHashMap<Parameter, NDArray> arrays = new IdentityHashMap<>();
    private final Store store;

    /**
     * Copies a network's arrays.
     *
     * @param block an initialised network of DJL blocks
     * @param device where the copies live
     * @param owner the owner of the copies
     * @param trains whether the copies gather gradients where the parameters do
     */
    public Replica(Block block, Device device, NDManager owner, boolean trains) {
        this.device = device;
        try (NoGrad off = NoGrad.open(owner.getEngine())) {
            for (Parameter parameter : block.getParameters().values()) {
                NDArray copy = copy(parameter.getArray(), device);
                copy.attach(owner);
                copy.setRequiresGradient(trains && parameter.requiresGradient());
                arrays.put(parameter, copy);
            }
        }
        this.store = new Store(owner, arrays);
    }

    /** Where this replica computes. */
    public Device device() {
        return device;
    }

    /** What to give to the block's forward pass. */
    public ParameterStore store() {
        return store;
    }

    /** The replica's own array of a parameter of the block. */
    public NDArray array(Parameter parameter) {
        NDArray array = arrays.get(parameter);
        if (array == null) {
            throw new IllegalArgumentException(
                    "parameter must be one of the replica's block, but was " + parameter.getName());
        }
        return array;
    }

    /**
     * Takes over the values that the block's parameters have now, and forgets all gradients that
     * are finite.
     */
    public void pull() {
        try (NoGrad off = NoGrad.open(store.getManager().getEngine())) {
            arrays.forEach(this::pull);
        }
    }

    /** Sets every gradient to zero, also one that is not finite. */
    public void clearGradients() {
        try (NoGrad off = NoGrad.open(store.getManager().getEngine())) {
            for (NDArray array : arrays.values()) {
                if (array.hasGradient()) {
                    try (NDArray gradient = array.getGradient()) {
                        gradient.set(ALL, 0);
                    }
                }
            }
        }
    }

    /**
     * Copies an array to a device, which may be its own: there DJL's {@code toDevice} gives back
     * the same memory even when asked to copy.
     *
     * @param array the array
     * @param device where the copy lives
     * @return memory of its own, on the array's manager
     */
    public static NDArray copy(NDArray array, Device device) {
        return array.getDevice().equals(device) ? array.duplicate() : array.toDevice(device, true);
    }

    private void pull(Parameter parameter, NDArray array) {
        try (NDArray here = copy(parameter.getArray(), device)) {
            array.set(ALL, here);
        }
        if (array.hasGradient()) {
            try (NDArray gradient = array.getGradient()) {
                gradient.subi(gradient);
            }
        }
    }

    private static final class Store extends ParameterStore {

        private final IdentityHashMap<Parameter, NDArray> arrays;

        Store(NDManager owner, IdentityHashMap<Parameter, NDArray> arrays) {
            super(owner, false);
            this.arrays = arrays;
        }

        @Override
        public @Nullable NDArray getValue(
                @Nullable Parameter parameter, Device device, boolean training) {
            // Optional parameters, such as the bias of a layer without one, are null.
            return parameter == null ? null : arrays.get(parameter);
        }
    }
}
