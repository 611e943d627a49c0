package io.ssld.zoo.djl;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.translator.BaseImageTranslatorFactory;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.translate.Translator;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.zoo.internal.ImageNetLabels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Creates translators from images, and from what DJL makes images of (paths, streams, addresses),
 * to classes; from {@code Input} to {@code Output} too, as DJL Serving asks for.
 *
 * <p>The preprocessing is that of the network that the argument {@code ssldModel} names, but for
 * the arguments {@code ssldCrop}, {@code ssldResizeShort}, {@code ssldInterpolation}, {@code
 * ssldMean} and {@code ssldStd}. Classes are named by the {@code synset.txt} in the folder of the
 * model, else after ImageNet-1k if there are 1000 of them.
 */
public final class SsldTranslatorFactory extends BaseImageTranslatorFactory<Classifications> {

    private static final long serialVersionUID = 1L;

    /** Called by DJL. */
    public SsldTranslatorFactory() {}

    @Override
    public Class<Classifications> getBaseOutputType() {
        return Classifications.class;
    }

    @Override
    public Translator<Image, Classifications> buildBaseTranslator(
            Model model, Map<String, ?> arguments) {
        SsldArguments given = new SsldArguments(arguments);
        if (!given.nameWeights()) {
            requireFinite(model.getBlock());
        }
        return new SsldTranslator(given.preprocessing(), names(model));
    }

    /** Weights that DJL read itself; those that arguments name are checked where they are read. */
    private static void requireFinite(Block block) {
        boolean filled = block.getParameters().values().stream().allMatch(Parameter::isInitialized);
        if (filled) {
            SsldWeights.requireFinite(StateDict.of(block));
        }
    }

    private static List<String> names(Model model) {
        Path file = model.getModelPath().resolve(SavedModel.SYNSET);
        try {
            return Files.exists(file) ? Files.readAllLines(file) : ImageNetLabels.read();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " must be readable, but was not", e);
        }
    }
}
