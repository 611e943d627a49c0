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

/** relu(body(x) + shortcut(x)). */
final class Residual extends AbstractBlock {

    private final Block body;
    private final Block shortcut;

    /** Creates the sum of two blocks that give the same shape; an empty chain is the identity. */
    Residual(Block body, Block shortcut) {
        this.body = addChildBlock("body", body);
        this.shortcut = addChildBlock("shortcut", shortcut);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDList main = body.forward(parameters, inputs, training);
        NDList side = shortcut.forward(parameters, inputs, training);
        return new NDList(Activation.relu(main.singletonOrThrow().add(side.singletonOrThrow())));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return body.getOutputShapes(inputShapes);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
        body.initialize(manager, type, inputShapes);
        shortcut.initialize(manager, type, inputShapes);
    }
}
