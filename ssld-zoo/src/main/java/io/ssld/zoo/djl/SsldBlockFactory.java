package io.ssld.zoo.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.weights.SsldWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates a published network for DJL, which finds this class by its name in {@code
 * serving.properties} or in the metadata of a zoo.
 *
 * <p>Arguments: {@code ssldModel}, the network; {@code classes}, 1000 by default; {@code dropout},
 * as published by default; {@code weights}, a {@code .pdparams} or {@code .safetensors} file to
 * load. With another number of classes the classifier keeps its first values. Without {@code
 * weights} the block has no values, and DJL reads those of the saved model.
 */
public final class SsldBlockFactory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Called by DJL. */
    public SsldBlockFactory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments)
            throws IOException {
        SsldArguments wanted = new SsldArguments(arguments);
        SsldModel network = wanted.model();
        int classes = wanted.classes();
        Block block =
                wanted.dropout().isPresent()
                        ? network.newBlock(classes, wanted.dropout().getAsDouble())
                        : network.newBlock(classes);
        @Nullable Path weights = weights(wanted, modelPath);
        if (weights != null) {
            try {
                SsldWeights.read(weights)
                        .allowDifferentHead()
                        .initialize(block, model.getNDManager(), wanted.inputShape());
            } catch (MalformedModelException e) {
                throw new IOException(weights + ": " + e.getMessage(), e);
            }
        }
        return block;
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
