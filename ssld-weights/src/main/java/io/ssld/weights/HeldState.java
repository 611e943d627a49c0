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

    private HeldState(Block block, Map<String, Entry> entries, StateDict state, Head head) {
        this.block = block;
        this.entries = entries;
        this.state = state;
        this.head = head;
    }

    /** Holds tensors by the names of a {@link StateDict}, all of which have to fit. */
    static HeldState byPaths(Block block, StateDict state) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        ParameterNames.of(block)
                .forEach((path, parameter) -> entries.put(path, new Entry(path, parameter, false)));
        return new HeldState(block, entries, state, Head.LOADED);
    }

    /** Holds tensors by the set of names that they have more of, Paddle's or a StateDict's. */
    static HeldState of(Block block, StateDict state, Head head) {
        return new HeldState(block, named(block, state), state, head);
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

    /**
     * Fills the block without initialising it, or leaves it as it is and throws. The shape of a
     * parameter may be unknown before and is the tensor's then.
     */
    void install(NDManager manager) throws WeightMismatchException {
        WeightMismatchException.requireFinite(state);
        check(Set.of());
        entries.forEach((name, entry) -> put(tensor(name, entry), entry.parameter(), manager));
        tellArrays();
    }

    private static void put(HostTensor tensor, Parameter parameter, NDManager manager) {
        if (parameter.isInitialized()) {
            parameter.getArray().set(tensor.bytes());
        } else if (parameter.getShape() == null) {
            parameter.setArray(tensor.toArray(manager));
        } else {
            // setArray refuses a parameter that knows its shape: let it initialise itself.
            Initializer initializer = parameter.getInitializer();
            parameter.setInitializer((owner, shape, type) -> tensor.toArray(owner));
            parameter.initialize(manager, tensor.dataType());
            parameter.setInitializer(initializer);
        }
    }

    /** Changes nothing for a parameter; tells its array. */
    private void tellArrays() {
        entries.values().stream()
                .map(Entry::parameter)
                .forEach(parameter -> parameter.freeze(!parameter.requiresGradient()));
    }

    /** Fills the block, initialising what has no values yet, or leaves it as it is and throws. */
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
        filled.forEach((name, entry) -> put(tensor(name, entry), entry.parameter(), manager));
        if (!kept.isEmpty()) {
            LOGGER.warn(
                    "The classifier {} begins anew; that of the weights was {}",
                    kept,
                    state.tensor(kept.iterator().next()));
        }
        tellArrays();
    }

    /**
     * Lets each parameter without values take its tensor; its own first values if it is of the
     * classifier and may; else zeros, until the check finds it.
     */
    private void initializeRest(NDManager manager, Shape... inputShapes) {
        Map<Parameter, Initializer> replaced = new HashMap<>();
        entries.forEach(
                (name, entry) -> {
                    Initializer own = entry.parameter().getInitializer();
                    replaced.put(entry.parameter(), own);
                    entry.parameter()
                            .setInitializer(
                                    (owner, shape, type) -> {
                                        boolean fits = fits(name, type, entry.shape());
                                        if (isOfHead(name) && (head == Head.NEW || !fits)) {
                                            return own.initialize(owner, shape, type);
                                        }
                                        return fits
                                                ? tensor(name, entry).toArray(owner)
                                                : owner.zeros(shape, type);
                                    });
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

    private boolean isOfHead(String name) {
        return head != Head.LOADED && headNames().contains(name);
    }

    /** The names of the classifier's weight and bias, with which every network ends. */
    private List<String> headNames() {
        List<String> names = new ArrayList<>(entries.keySet());
        return names.subList(names.size() - 2, names.size());
    }

    /** The classifier's names if it keeps its own values; a wrong one is left to the check. */
    private Set<String> keptHead() {
        if (head == Head.LOADED) {
            return Set.of();
        }
        String weight = headNames().get(0);
        String bias = headNames().get(1);
        boolean fits = fits(weight, entry(weight)) && fits(bias, entry(bias));
        boolean kept = fits ? head == Head.NEW : isOfOtherClasses(weight, bias);
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
                        misfits.add(name + " is " + tensor + " for " + describe(entry));
                    }
                });
        if (!(missing.isEmpty() && unexpected.isEmpty() && misfits.isEmpty())) {
            throw new WeightMismatchException(missing, unexpected, misfits);
        }
    }

    private boolean fits(String name, Entry entry) {
        Parameter parameter = entry.parameter();
        if (parameter.isInitialized()) {
            return fits(name, parameter.getArray().getDataType(), entry.shape());
        }
        HostTensor tensor = state.tensors().get(name);
        return tensor != null
                && (parameter.getShape() == null || tensor.shape().equals(entry.shape()));
    }

    private boolean fits(String name, DataType type, Shape shape) {
        HostTensor tensor = state.tensors().get(name);
        return tensor != null && tensor.dataType() == type && tensor.shape().equals(shape);
    }

    private static String describe(Entry entry) {
        Parameter parameter = entry.parameter();
        return parameter.isInitialized()
                ? parameter.getArray().getDataType() + " " + entry.shape()
                : String.valueOf(parameter.getShape());
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
