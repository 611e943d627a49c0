package io.ssld.zoo.djl;

import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The {@code serving.properties} of a saved model, in both directions. */
final class SavedProperties {

    private static final String FACTORY = "blockFactory";
    private static final String TRANSLATOR = "translatorFactory";

    private SavedProperties() {}

    /** Returns the text of the file; every value is a number or a plain word. */
    static String text(SavedModel model) {
        Preprocessing how = model.preprocessing();
        Map<String, String> properties = new TreeMap<>();
        properties.put("engine", "PyTorch");
        properties.put("option.modelName", model.architecture().modelName());
        // The factory loads the weights, strictly; DJL has no file of parameters to read.
        properties.put("option.hasParameter", "false");
        properties.put(FACTORY, SsldBlockFactory.class.getName());
        properties.put(TRANSLATOR, SsldTranslatorFactory.class.getName());
        // For DJL's own translator, which leaves the pixels alone then: see PixelBlock.
        properties.put("toTensor", "false");
        properties.put("batchifier", "none");
        properties.put("applySoftmax", "true");
        properties.put(SsldArguments.FORMAT, "1");
        properties.put(SsldArguments.MODEL, model.architecture().modelName());
        properties.put(SsldArguments.WEIGHTS_FILE, SavedModel.WEIGHTS);
        properties.put(SsldArguments.CLASSES, String.valueOf(model.classes()));
        properties.put(SsldArguments.DROPOUT, String.valueOf(model.dropout()));
        properties.put(SsldArguments.CROP, String.valueOf(how.crop()));
        properties.put(SsldArguments.RESIZE_SHORT, String.valueOf(how.resizeShort()));
        properties.put(SsldArguments.INTERPOLATION, how.interpolation().name());
        properties.put(SsldArguments.MEAN, numbers(how.mean()));
        properties.put(SsldArguments.STD, numbers(how.std()));
        return properties.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** What the weights file says of itself, for whoever finds it alone. */
    static Map<String, String> notes(SavedModel model) {
        return Map.of(
                SsldArguments.MODEL,
                model.architecture().modelName(),
                SsldArguments.CLASSES,
                String.valueOf(model.classes()));
    }

    static SsldArguments read(Path folder) throws IOException {
        Path file = folder.resolve(SavedModel.PROPERTIES);
        if (!Files.isRegularFile(file)) {
            boolean inside = SavedModel.isIn(folder.resolve(SavedModel.IN_RUN));
            throw new IOException(
                    "%s must be the folder of a saved model, but holds no %s; %s"
                            .formatted(
                                    folder,
                                    SavedModel.PROPERTIES,
                                    inside
                                            ? "it is a run, whose model is "
                                                    + folder.resolve(SavedModel.IN_RUN)
                                            : "check the path"));
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        Map<String, String> arguments = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> arguments.put(name, properties.getProperty(name)));
        SsldArguments saved = new SsldArguments(arguments);
        if (!saved.isSavedModel()) {
            throw new IOException(
                    "%s must have been written by this library (%s), but was not"
                            .formatted(file, SsldArguments.FORMAT));
        }
        // Others would run where DJL loads the folder, so that it is not what we wrote.
        requireOurs(file, saved, FACTORY, SsldBlockFactory.class);
        requireOurs(file, saved, TRANSLATOR, SsldTranslatorFactory.class);
        return saved;
    }

    private static void requireOurs(
            Path file, SsldArguments saved, String property, Class<?> expected) throws IOException {
        String name = saved.text(property);
        if (!expected.getName().equals(name)) {
            throw new IOException(
                    "%s of %s must be %s, but was %s; do not load this folder with DJL either, which"
                                    .formatted(property, file, expected.getName(), name)
                            + " would run that class");
        }
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
