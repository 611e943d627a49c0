package io.ssld.zoo.djl;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Creates translators from images to classes, with the preprocessing of the network that the
 * argument {@code ssldModel} names. Classes are named by the {@code synset.txt} in the folder of
 * the model, else after ImageNet-1k if there are 1000 of them.
 */
public final class SsldTranslatorFactory implements TranslatorFactory {

    /** Called by DJL. */
    public SsldTranslatorFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Set.of(new Pair<>(Image.class, Classifications.class));
    }

    @Override
    @SuppressWarnings("unchecked") // checked by isSupported
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        if (!isSupported(input, output)) {
            throw new IllegalArgumentException(
                    "types must be Image and Classifications, but were "
                            + input.getName()
                            + " and "
                            + output.getName());
        }
        Preprocessing how = new SsldArguments(arguments).preprocessing();
        return (Translator<I, O>) new SsldTranslator(how, names(model));
    }

    private static List<String> names(Model model) throws TranslateException {
        Path file = model.getModelPath().resolve("synset.txt");
        try {
            return Files.exists(file) ? Files.readAllLines(file) : ImageNetLabels.read();
        } catch (IOException e) {
            throw new TranslateException(file + " must be readable, but was not", e);
        }
    }
}
