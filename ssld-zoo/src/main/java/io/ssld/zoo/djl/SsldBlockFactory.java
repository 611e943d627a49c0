package io.ssld.zoo.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates a built-in network for DJL, which finds this class by its name in {@code
 * serving.properties} or in the metadata of a zoo.
 *
 * <p>Arguments: {@code ssldModel}, the network; {@code classes}, 1000 by default; {@code dropout},
 * as published by default; {@code weights}, a {@code .pdparams} or {@code .safetensors} file to
 * load. With another number of classes the classifier keeps its first values. Without {@code
 * weights} the block has no values, and DJL reads those of the saved model.
 *
 * <p>The folder of a {@link SavedModel} is loaded strictly, and frozen.
 */
public final class SsldBlockFactory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Called by DJL. */
    public SsldBlockFactory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments)
            throws IOException {
        SsldArguments wanted = new SsldArguments(arguments);
        Architecture network = wanted.model();
        int classes = wanted.classes();
        Block block =
                wanted.dropout().isPresent()
                        ? network.newBlock(classes, wanted.dropout().getAsDouble())
                        : network.newBlock(classes);
        if (wanted.isSavedModel()
                && !SavedModel.WEIGHTS.equals(wanted.text(SsldArguments.WEIGHTS_FILE))) {
            throw new IllegalArgumentException(
                    SsldArguments.WEIGHTS_FILE
                            + " of a saved model must be %s, but was %s"
                                    .formatted(
                                            SavedModel.WEIGHTS,
                                            wanted.text(SsldArguments.WEIGHTS_FILE)));
        }
        @Nullable Path weights = weights(wanted, modelPath);
        if (weights != null) {
            SsldWeights read = SsldWeights.read(weights);
            if (wanted.isSavedModel()) {
                // Here, since DJL buries what a translator's factory throws.
                SavedModel.readClassNames(modelPath, classes);
                requireClasses(read, block, classes, weights);
            } else {
                read = read.allowDifferentHead();
            }
            try {
                read.initialize(block, model.getNDManager(), wanted.inputShape());
            } catch (MalformedModelException e) {
                throw new IOException(weights + ": " + e.getMessage(), e);
            }
            if (wanted.isSavedModel()) {
                // Otherwise every thread but the first would record a graph with each answer.
                block.freezeParameters(true);
                block = new PixelBlock(block, wanted.preprocessing());
            }
        }
        return block;
    }

    private static void requireClasses(SsldWeights weights, Block block, int classes, Path file)
            throws IOException {
        int found = weights.classes(block).orElse(classes);
        if (found != classes) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must have the %d classes of %s, but had %d",
                            file,
                            classes,
                            SavedModel.PROPERTIES,
                            found));
        }
    }

    private static @Nullable Path weights(SsldArguments wanted, Path modelPath) {
        String own = wanted.text(SsldArguments.WEIGHTS);
        if (own != null) {
            return Path.of(own);
        }
        String file = wanted.text(SsldArguments.WEIGHTS_FILE);
        return file == null ? null : modelPath.resolve(file);
    }
}
