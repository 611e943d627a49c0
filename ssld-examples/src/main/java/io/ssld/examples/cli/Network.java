package io.ssld.examples.cli;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.weights.SsldWeights;
import java.io.IOException;
import java.nio.file.Path;

/** A published network with the weights of a file. */
final class Network implements AutoCloseable {

    private final Model model;

    private Network(Model model) {
        this.model = model;
    }

    /** Loads a network, strictly. */
    static Network load(SsldModel network, int classes, Path weights) throws Exception {
        Model model = Model.newInstance(network.modelName(), "PyTorch");
        try {
            model.setBlock(network.newBlock(classes));
            SsldWeights.read(weights)
                    .initialize(model.getBlock(), model.getNDManager(), new Shape(1, 3, 224, 224));
            return new Network(model);
        } catch (Exception e) {
            model.close();
            throw e;
        }
    }

    /** Computes logits in evaluation mode. */
    float[] logits(float[] images, Shape shape) {
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDArray input = manager.create(images, shape);
            ParameterStore parameters = new ParameterStore(manager, false);
            return model.getBlock()
                    .forward(parameters, new NDList(input), false)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    /** Writes the weights in the format of the file's extension. */
    void write(Path file) throws IOException {
        SsldWeights.write(file, model.getBlock());
    }

    @Override
    public void close() {
        model.close();
    }
}
