package io.ssld.finetuning;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.WeightMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The network as fine-tuning finds it, or as an earlier run left it. */
final class StartingModel {

    private static final String ENGINE = "PyTorch";

    private final FineTuning settings;

    StartingModel(FineTuning settings) {
        this.settings = settings;
    }

    /** The pretrained network, with a new classifier unless its classes are the same. */
    Model create() throws IOException {
        Pretrained pretrained = settings.pretrained();
        boolean sameClasses = pretrained.classNames().equals(settings.classNames());
        SsldWeights weights =
                sameClasses ? pretrained.weights() : pretrained.weights().withNewHead();
        Model model = empty();
        try {
            Block block = newBlock();
            // DJL has one generator a process; it draws the classifier.
            Engine.getEngine(ENGINE).setRandomSeed((int) settings.recipe().seed());
            weights.initialize(block, model.getNDManager(), input());
            model.setBlock(block);
            return model;
        } catch (WeightMismatchException e) {
            model.close();
            throw new IOException(pretrained.source() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** The network with the weights of a complete run. */
    Model load(Path weights) throws IOException {
        Model model = empty();
        try (InputStream in = Files.newInputStream(weights)) {
            model.setBlock(newBlock());
            model.load(in);
            return model;
        } catch (MalformedModelException | IOException | RuntimeException e) {
            model.close();
            throw new IOException(
                    "%s must hold the tuned %s, but could not be read: %s"
                            .formatted(weights, model.getName(), e),
                    e);
        }
    }

    private Model empty() {
        return Model.newInstance(settings.pretrained().architecture().modelName(), ENGINE);
    }

    private Block newBlock() {
        return settings.pretrained()
                .architecture()
                .newBlock(settings.classNames().size(), settings.pretrained().dropout());
    }

    private Shape input() {
        int side = settings.pretrained().preprocessing().crop();
        return new Shape(1, 3, side, side);
    }
}
