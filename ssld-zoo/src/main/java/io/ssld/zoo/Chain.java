package io.ssld.zoo;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Blocks applied one after the other, each under a name of its own. A SequentialBlock would name
 * them after their classes, which says little in a weights file.
 */
final class Chain extends AbstractBlock {

    /** Appends a block and returns this chain. */
    Chain add(String name, Block block) {
        addChildBlock(name, block);
        return this;
    }

    /** Appends max(x, 0) and returns this chain. */
    Chain relu() {
        return add("relu", Activation.reluBlock());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDList current = inputs;
        for (Block child : children.values()) {
            current = child.forward(parameters, current, training);
        }
        return current;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape[] current = inputShapes;
        for (Block child : children.values()) {
            current = child.getOutputShapes(current);
        }
        return current;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
        Shape[] current = inputShapes;
        for (Block child : children.values()) {
            child.initialize(manager, type, current);
            current = child.getOutputShapes(current);
        }
    }
}
