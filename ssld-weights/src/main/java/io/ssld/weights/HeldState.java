package io.ssld.weights;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.ssld.weights.PaddleNames.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tensors held against a block: which belongs where, and what does not fit. */
final class HeldState {

    private static final Logger LOGGER = LoggerFactory.getLogger(SsldWeights.class);

    private final Block block;
    private final Map<String, Entry> entries;
    private final StateDict state;
    private final Head head;

    /** What happens to the classifier. */
    enum Head {
        /** It is loaded and has to fit. */
        LOADED,
        /** It is loaded if it fits; with another number of classes it keeps its own values. */
        LOADED_IF_FITTING,
        /** It keeps its own values. */
        NEW
    }

    HeldState(Block block, StateDict state, Head head) {
        this.block = block;
        this.state = state;
        this.head = head;
        entries = named(block, state);
    }

    /** Copies a block's parameters under Paddle's names. */
    static StateDict paddles(Block block) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        PaddleNames.of(block)
                .forEach(
                        (name, entry) -> {
                            HostTensor tensor = HostTensor.of(entry.parameter().getArray());
                            tensors.put(name, entry.transposed() ? tensor.transpose() : tensor);
                        });
        return StateDict.of(tensors);
    }

    /** Returns the parameters by the set of names that the tensors have more of. */
    private static Map<String, Entry> named(Block block, StateDict state) {
        Map<String, Entry> paddles = PaddleNames.of(block);
        Map<String, Entry> paths = new LinkedHashMap<>();
        paddles.values()
                .forEach(
                        entry ->
                                paths.put(
                                        entry.path(),
                                        new Entry(entry.path(), entry.parameter(), false)));
        return common(paths, state) > common(paddles, state) ? paths : paddles;
    }

    private static int common(Map<String, Entry> entries, StateDict state) {
        Set<String> names = new HashSet<>(entries.keySet());
        names.retainAll(state.tensors().keySet());
        return names.size();
    }

    /** Fills the block, or leaves it as it is and throws. */
    void initialize(NDManager manager, Shape... inputShapes) throws WeightMismatchException {
        WeightMismatchException.requireFinite(state);
        Map<String, Entry> filled = new LinkedHashMap<>(entries);
        filled.values().removeIf(entry -> !entry.parameter().isInitialized());
        initializeRest(manager, inputShapes);
        Set<String> kept = keptHead();
        try {
            check(kept);
        } catch (WeightMismatchException e) {
            entries.values().stream()
                    .filter(entry -> !filled.containsValue(entry))
                    .forEach(entry -> entry.parameter().close());
            throw e;
        }
        filled.keySet().removeAll(kept);
        filled.forEach(
                (name, entry) -> entry.parameter().getArray().set(tensor(name, entry).bytes()));
        if (!kept.isEmpty()) {
            LOGGER.warn(
                    "The classifier {} begins anew; that of the weights was {}",
                    kept,
                    state.tensor(kept.iterator().next()));
        }
        // Changes nothing for a parameter; tells its array.
        entries.values().stream()
                .map(Entry::parameter)
                .forEach(parameter -> parameter.freeze(!parameter.requiresGradient()));
    }

    /** Lets each parameter without values take its tensor, or its own first values. */
    private void initializeRest(NDManager manager, Shape... inputShapes) {
        Map<Parameter, Initializer> replaced = new HashMap<>();
        entries.forEach(
                (name, entry) -> {
                    Initializer own = entry.parameter().getInitializer();
                    replaced.put(entry.parameter(), own);
                    entry.parameter()
                            .setInitializer(
                                    (owner, shape, type) ->
                                            fits(name, entry) && !isNewHead(name)
                                                    ? tensor(name, entry).toArray(owner)
                                                    : own.initialize(owner, shape, type));
                });
        try {
            block.initialize(manager, DataType.FLOAT32, inputShapes);
        } finally {
            replaced.forEach(Parameter::setInitializer);
        }
    }

    /** The number of classes by the tensor of the classifier's bias. */
    OptionalInt classes() {
        HostTensor bias = state.tensors().get(headNames().get(1));
        return bias == null || bias.shape().dimension() != 1
                ? OptionalInt.empty()
                : OptionalInt.of(Math.toIntExact(bias.shape().get(0)));
    }

    /** Fails if a name is missing or unexpected. */
    void requireNames() throws WeightMismatchException {
        List<String> missing = new ArrayList<>(entries.keySet());
        missing.removeAll(state.tensors().keySet());
        List<String> unexpected = new ArrayList<>(state.tensors().keySet());
        unexpected.removeAll(entries.keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new WeightMismatchException(missing, unexpected, List.of());
        }
    }

    long parameterCount() {
        long count = 0;
        for (Map.Entry<String, Entry> each : entries.entrySet()) {
            HostTensor tensor = state.tensors().get(each.getKey());
            boolean trained = each.getValue().parameter().requiresGradient();
            count += tensor != null && trained ? tensor.shape().size() : 0;
        }
        return count;
    }

    private boolean isNewHead(String name) {
        return head == Head.NEW && headNames().contains(name);
    }

    /** The names of the classifier's weight and bias, with which every network ends. */
    private List<String> headNames() {
        List<String> names = new ArrayList<>(entries.keySet());
        return names.subList(names.size() - 2, names.size());
    }

    /** The classifier's names if it keeps its own values; a wrong one is left to the check. */
    private Set<String> keptHead() {
        String weight = headNames().get(0);
        String bias = headNames().get(1);
        boolean fits = fits(weight, entry(weight)) && fits(bias, entry(bias));
        boolean kept =
                switch (head) {
                    case LOADED -> false;
                    case LOADED_IF_FITTING -> !fits && isOfOtherClasses(weight, bias);
                    case NEW -> fits || isOfOtherClasses(weight, bias);
                };
        return kept ? new LinkedHashSet<>(List.of(weight, bias)) : Set.of();
    }

    /** Whether the tensors of the classifier differ from it in the number of classes alone. */
    private boolean isOfOtherClasses(String weight, String bias) {
        return resized(weight, classAxis(weight)) && resized(bias, 0) && agree(weight, bias);
    }

    private int classAxis(String weight) {
        return entry(weight).transposed() ? 1 : 0;
    }

    private boolean resized(String name, int axis) {
        HostTensor tensor = state.tensors().get(name);
        Shape shape = entry(name).shape();
        if (tensor == null || tensor.shape().dimension() != shape.dimension()) {
            return false;
        }
        long[] sizes = shape.getShape().clone();
        sizes[axis] = tensor.shape().get(axis);
        return !tensor.shape().equals(shape) && tensor.shape().equals(new Shape(sizes));
    }

    private boolean agree(String weight, String bias) {
        long classes = state.tensor(bias).shape().get(0);
        return state.tensor(weight).shape().get(classAxis(weight)) == classes;
    }

    private void check(Set<String> kept) throws WeightMismatchException {
        List<String> missing = new ArrayList<>(entries.keySet());
        missing.removeAll(state.tensors().keySet());
        List<String> unexpected = new ArrayList<>(state.tensors().keySet());
        unexpected.removeAll(entries.keySet());
        List<String> misfits = new ArrayList<>();
        entries.forEach(
                (name, entry) -> {
                    HostTensor tensor = state.tensors().get(name);
                    if (tensor != null && !kept.contains(name) && !fits(name, entry)) {
                        misfits.add(name + " is " + tensor + " for " + entry.shape());
                    }
                });
        if (!(missing.isEmpty() && unexpected.isEmpty() && misfits.isEmpty())) {
            throw new WeightMismatchException(missing, unexpected, misfits);
        }
    }

    private boolean fits(String name, Entry entry) {
        @Nullable HostTensor tensor = state.tensors().get(name);
        return tensor != null
                && tensor.dataType() == DataType.FLOAT32
                && tensor.shape().equals(entry.shape());
    }

    /** Returns a tensor in the layout of the block. */
    private HostTensor tensor(String name, Entry entry) {
        HostTensor tensor = state.tensor(name);
        return entry.transposed() ? tensor.transpose() : tensor;
    }

    private Entry entry(String name) {
        return Objects.requireNonNull(entries.get(name));
    }
}
