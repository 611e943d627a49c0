package io.ssld.core.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.kernels.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The exponential moving average of a network's weights:
 *
 * <pre>
 *   a ← d·a + (1 − d)·w        d = {@link EmaSettings#at}(step)
 * </pre>
 *
 * <p>It begins as a copy of the weights. Parameters and buffers of floating type are averaged, so
 * the running statistics belong to the averaged weights; integers, such as counters, are copied.
 * Frozen parameters are averaged too, which changes nothing but rounding.
 */
public final class Ema {

    private final List<Slot> slots = new ArrayList<>();
    private final EmaSettings settings;
    private final NDManager manager;
    private boolean swapped;

    /**
     * Starts an average at the present weights.
     *
     * @param parameters the network's parameters and buffers by path, initialised
     * @param settings decay and warm-up
     * @param manager the owner of the averages
     */
    public Ema(ParameterList parameters, EmaSettings settings, NDManager manager) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(manager, "manager");
        this.settings = settings;
        this.manager = manager;
        try (NoGrad off = NoGrad.open(manager.getEngine())) {
            for (Pair<String, Parameter> pair : parameters) {
                NDArray weight = pair.getValue().getArray();
                NDArray average = MomentumSgd.zeros(weight, manager);
                copy(weight, average);
                slots.add(new Slot(pair.getKey(), weight, average));
            }
        }
    }

    /**
     * Takes in the weights after a step.
     *
     * @param step the number of the step, from 0
     * @throws IllegalStateException while the averages are swapped in
     */
    public void update(long step) {
        requireRaw();
        double decay = settings.at(step);
        try (NoGrad off = NoGrad.open(manager.getEngine())) {
            NDList averages = new NDList();
            NDList weights = new NDList();
            for (Slot slot : slots) {
                if (slot.average().getDataType().isFloating()) {
                    averages.add(slot.average());
                    weights.add(slot.weight());
                } else {
                    copy(slot.weight(), slot.average());
                }
            }
            Kernels.of(manager.getEngine()).average(averages, weights, decay);
        }
    }

    /**
     * Puts the averages into the network until the scope is closed, to measure or save them. Then
     * the raw weights are put back bit for bit. Gradients are not touched.
     *
     * @return the scope
     * @throws IllegalStateException if they are swapped in already
     */
    public Swap swapIn() {
        requireRaw();
        swapped = true;
        NDManager scratch = manager.newSubManager();
        List<NDArray> raw = new ArrayList<>();
        try (NoGrad off = NoGrad.open(manager.getEngine())) {
            for (Slot slot : slots) {
                NDArray kept = MomentumSgd.zeros(slot.weight(), scratch);
                copy(slot.weight(), kept);
                raw.add(kept);
                copy(slot.average(), slot.weight());
            }
        }
        return () -> {
            if (swapped) {
                swapped = false;
                try (scratch;
                        NoGrad off = NoGrad.open(manager.getEngine())) {
                    for (int i = 0; i < raw.size(); i++) {
                        copy(raw.get(i), slots.get(i).weight());
                    }
                }
            }
        };
    }

    /** Puts the averages into the network for good: the end of a run. */
    public void install() {
        requireRaw();
        try (NoGrad off = NoGrad.open(manager.getEngine())) {
            slots.forEach(slot -> copy(slot.average(), slot.weight()));
        }
    }

    /** The time during which a network holds the averages. */
    @FunctionalInterface
    public interface Swap extends AutoCloseable {

        /** Puts the raw weights back. */
        @Override
        void close();
    }

    /**
     * Returns all that the next update depends on besides weights. The arrays are the average's
     * own: a resumed run copies what it saved into them.
     *
     * @return the averages by the path of the parameter
     */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        slots.forEach(slot -> state.put(slot.path(), slot.average()));
        return state;
    }

    private void requireRaw() {
        if (swapped) {
            throw new IllegalStateException(
                    "the average must not be in use, but was swapped in; close that scope first");
        }
    }

    /** Copies in the memory of the target, bit for bit, on its device. */
    static void copy(NDArray from, NDArray to) {
        to.set(new NDIndex("..."), from);
    }

    private record Slot(String path, NDArray weight, NDArray average) {}
}
