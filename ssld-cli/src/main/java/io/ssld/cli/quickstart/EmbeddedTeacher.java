package io.ssld.cli.quickstart;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import io.ssld.zoo.SmallModel;
import java.io.IOException;
import java.io.InputStream;

/**
 * The pretrained teacher in the jar. {@link TeacherTraining} made it, on images that are not
 * embedded.
 */
final class EmbeddedTeacher {

    static final SmallModel ARCHITECTURE = SmallModel.RESNET_X1_0;
    static final String FILE = "teacher.safetensors";

    private EmbeddedTeacher() {}

    /** Loads it; the caller closes the model. */
    static Model load() throws IOException, MalformedModelException {
        StateDict weights;
        try (InputStream in = EmbeddedData.open(FILE)) {
            weights = Safetensors.read(in);
        }
        return load(weights);
    }

    static Model load(StateDict weights) throws MalformedModelException {
        Model model = Model.newInstance("teacher", "PyTorch");
        try {
            Block block = ARCHITECTURE.newBlock(FashionMnist.CLASSES.size());
            Shape input = new Shape(1, 3, Quickstart.SIZE, Quickstart.SIZE);
            weights.toType(DataType.FLOAT32).initialize(block, model.getNDManager(), input);
            model.setBlock(block);
            return model;
        } catch (MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
    }
}
