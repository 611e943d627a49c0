package io.ssld.finetuning;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.core.data.ImageList;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.zoo.SmallModel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** A task that a small network learns in seconds: blue, green and red squares. */
final class ColouredSquares {

    static final List<String> CLASSES = List.of("blue", "green", "red");
    static final SmallModel NETWORK = SmallModel.MOBILENET_X0_6;

    private static final Color[] COLOURS = {Color.BLUE, Color.GREEN, Color.RED};

    private ColouredSquares() {}

    /** Writes eight images of each class into a sub-folder each. */
    static ImageList write(Path folder) throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 24; i++) {
            BufferedImage image = new BufferedImage(32, 30, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setColor(Color.GRAY);
            graphics.fillRect(0, 0, 32, 30);
            graphics.setColor(COLOURS[i % 3]);
            graphics.fillRect(random.nextInt(8), random.nextInt(8), 20, 20);
            graphics.dispose();
            Path place = folder.resolve(CLASSES.get(i % 3));
            Files.createDirectories(place);
            ImageIO.write(image, "png", place.resolve(i + ".png").toFile());
        }
        return ImageList.ofFolder(folder);
    }

    /** Weights of five other classes, as drawn. */
    static StateDict otherWeights() {
        try (Model model = Model.newInstance("other", "PyTorch")) {
            Block block = NETWORK.newBlock(5);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            model.setBlock(block);
            return StateDict.of(block);
        }
    }

    static Pretrained pretrained(StateDict weights) {
        return Pretrained.of(NETWORK, SsldWeights.of(weights), "other.safetensors");
    }

    static RecipeBuilder recipe(int epochs) {
        return Recipe.fineTune()
                .optEpochs(epochs)
                .optBatchSize(6)
                .optLearningRate(0.05)
                .optSize(28)
                .optShortSide(28)
                .optSeed(3);
    }
}
