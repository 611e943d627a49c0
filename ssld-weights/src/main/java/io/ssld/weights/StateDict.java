package io.ssld.weights;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.ssld.base.internal.Names;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a network as a value: an immutable, ordered map from name to {@link HostTensor}.
 *
 * <p><b>Names.</b> A parameter is named by the path to it: the names of the blocks on the way and
 * its own ({@link Parameter#getName()}), joined by dots, such as {@code stem.norm.runningMean}. DJL
 * numbers the children of a block ({@code 01conv}, {@code 02norm}); the number is left out if the
 * children of that block can be told apart without it, and kept for all of them otherwise, as in
 * the {@code 01Conv2d} and {@code 02Conv2d} of a {@link ai.djl.nn.SequentialBlock}. So names depend
 * on nothing but the structure of the network, while DJL's parameter ids change with every run.
 *
 * <p><b>Types.</b> Installing never converts. Weights kept in half precision become those of a
 * network that computes in single precision by {@code state.toType(DataType.FLOAT32)}.
 */
public final class StateDict {

    private final Map<String, HostTensor> tensors;

    private StateDict(Map<String, HostTensor> tensors) {
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Creates a dictionary from a copy of the map, in its order.
     *
     * @param tensors the tensors by name
     * @return the dictionary
     */
    public static StateDict of(Map<String, HostTensor> tensors) {
        Objects.requireNonNull(tensors, "tensors");
        return new StateDict(new LinkedHashMap<>(tensors));
    }

    /**
     * Copies the parameters of a block, running statistics included.
     *
     * @param block an initialised block
     * @return the dictionary, in the order of the block
     * @throws ai.djl.nn.UninitializedParameterException if a parameter has no values yet
     */
    public static StateDict of(Block block) {
        Objects.requireNonNull(block, "block");
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        ParameterNames.of(block)
                .forEach(
                        (name, parameter) ->
                                tensors.put(name, HostTensor.of(parameter.getArray())));
        return new StateDict(tensors);
    }

    /**
     * Returns the tensors.
     *
     * @return an unmodifiable map in the order of the dictionary
     */
    public Map<String, HostTensor> tensors() {
        return tensors;
    }

    /**
     * Returns one tensor.
     *
     * @param name its name
     * @return the tensor
     * @throws IllegalArgumentException if there is none of that name
     */
    public HostTensor tensor(String name) {
        Objects.requireNonNull(name, "name");
        HostTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(Names.unknown("name", name, tensors.keySet()));
        }
        return tensor;
    }

    /**
     * Returns these weights with every floating tensor in the given type; see {@link
     * HostTensor#toType}.
     *
     * @param target {@code FLOAT16}, {@code FLOAT32} or {@code FLOAT64}
     * @return the converted weights
     * @throws IllegalArgumentException if the target is another type
     */
    public StateDict toType(DataType target) {
        Objects.requireNonNull(target, "target");
        Map<String, HostTensor> converted = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> converted.put(name, tensor.toType(target)));
        return new StateDict(converted);
    }

    /**
     * Puts these weights into a block. Nothing is changed unless all of them fit.
     *
     * <p>Parameters that have values keep their arrays, which receive the new values. A parameter
     * without values receives an array from the manager; a later {@link Block#initialize} keeps it.
     * As such a block does not know its shapes yet, a tensor of the wrong shape goes unnoticed
     * until the block computes: prefer {@link #initialize} where the input shape is known.
     *
     * <p>Afterwards each array requires a gradient exactly if its parameter says so.
     *
     * @param block the block, initialised or not
     * @param manager owns the new arrays; the model's manager as a rule
     * @throws WeightMismatchException if a name is missing or unexpected, a shape or type differs,
     *     or a value is NaN or infinite
     */
    public void install(Block block, NDManager manager) throws WeightMismatchException {
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(manager, "manager");
        HeldState.byPaths(block, this).install(manager);
    }

    /**
     * Initialises a block in single precision with these weights, all shapes checked.
     *
     * @param block the block; where it has values already, this is {@link #install}
     * @param manager owns the arrays; the model's manager as a rule
     * @param inputShapes the shapes of the block's inputs, such as (1, 3, 28, 28)
     * @throws WeightMismatchException if a name is missing or unexpected, a shape or type differs,
     *     or a value is NaN or infinite; the block has no more values than before then
     */
    public void initialize(Block block, NDManager manager, Shape... inputShapes)
            throws WeightMismatchException {
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(inputShapes, "inputShapes");
        HeldState.byPaths(block, this).initialize(manager, inputShapes);
    }

    /** Returns whether the other object has the same names and tensors, in whatever order. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StateDict that && tensors.equals(that.tensors);
    }

    @Override
    public int hashCode() {
        return tensors.hashCode();
    }

    /** Returns names, types and shapes. */
    @Override
    public String toString() {
        return "StateDict" + tensors;
    }
}
