package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.kernels.Fenced;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import io.ssld.engine.internal.kernels.Scripted;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A block without parameters of its own, whose children are connected by one method. DJL asks for
 * the connections three times: to compute, to tell output shapes and to initialise; here they are
 * written once, against a {@link Flow}.
 *
 * <p>Children are declared in the order in which the original lists its state, which need not be
 * the order in which they run.
 */
public abstract class Wired extends AbstractBlock implements Scripted, Fenced {

    private final Map<String, Block> named = new LinkedHashMap<>();

    /** Returns the outputs; every child must be applied, or it is never initialised. */
    public abstract <T> List<T> wire(Flow<T> flow, List<T> inputs);

    /** Declares a child. */
    protected final <B extends Block> B child(String name, B block) {
        if (named.putIfAbsent(name, block) != null) {
            throw new IllegalArgumentException("name must be new to the block, but was " + name);
        }
        return addChildBlock(name, block);
    }

    /** Returns the children by name, without the numbers that DJL puts before the names. */
    public final Map<String, Block> named() {
        return Collections.unmodifiableMap(named);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        ArrayFlow flow = new ArrayFlow(parameters, training, params);
        List<NDArray> outputs = wire(flow, inputs);
        flow.closeAllBut(inputs, outputs);
        return new NDList(outputs);
    }

    @Override
    public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
        return wire(new ScriptFlow(writer), inputs);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        ShapeFlow flow = new ShapeFlow((child, shapes) -> {});
        return wire(flow, List.of(inputShapes)).toArray(Shape[]::new);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
        wire(
                new ShapeFlow((child, shapes) -> child.initialize(manager, type, shapes)),
                List.of(inputShapes));
    }

    /** Asks the children, as DJL's own way builds the names of all parameters in each pass. */
    @Override
    public boolean isInitialized() {
        return inputShapes != null && named.values().stream().allMatch(Block::isInitialized);
    }
}
