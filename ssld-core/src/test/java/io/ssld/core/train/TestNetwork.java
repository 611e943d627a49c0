package io.ssld.core.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Two stages of linear, batch norm and ReLU, then a classifier. */
final class TestNetwork {

    final Block block =
            new SequentialBlock()
                    .add(stage())
                    .add(stage())
                    .add(Linear.builder().setUnits(3).build());
    final ParameterList parameters;
    private final NDManager manager;
    private final NDArray inputs;

    TestNetwork(NDManager manager) {
        this.manager = manager;
        manager.getEngine().setRandomSeed(5);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 4));
        parameters = ParameterPaths.of(block);
        inputs = manager.randomNormal(3, 2, new Shape(16, 4), DataType.FLOAT32);
    }

    private static SequentialBlock stage() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(6).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu);
    }

    /** One forward and backward pass of the mean square. */
    void backward(boolean training) {
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray seen = inputs.duplicate();
            seen.attach(scratch);
            ParameterStore store = new ParameterStore(scratch, false);
            NDArray out = block.forward(store, new NDList(seen), training).head();
            collector.backward(out.sub(1).square().mean());
        }
    }

    /** Every parameter and buffer, bit for bit. */
    Map<String, String> snapshot() {
        Map<String, String> snapshot = new LinkedHashMap<>();
        parameters.forEach(
                pair ->
                        snapshot.put(
                                pair.getKey(),
                                Arrays.toString(pair.getValue().getArray().toByteArray())));
        return snapshot;
    }
}
