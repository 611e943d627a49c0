package io.ssld.zoo.djl;

import ai.djl.Model;
import io.ssld.zoo.SsldModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Saves a network so that DJL, and DJL Serving, load it from its folder alone: beside the
 * parameters stands a {@code serving.properties} that says what creates the block.
 */
public final class SavedModel {

    private SavedModel() {}

    /**
     * Saves a model with the published dropout.
     *
     * @param model a model whose block {@link SsldModel#newBlock(int)} created
     * @param network the network
     * @param classes its number of classes
     * @param classNames the names of the classes, or none: then 1000 classes are those of ImageNet,
     *     and others are numbered
     * @param folder the folder, created when needed
     * @throws IOException if a file cannot be written
     * @throws IllegalArgumentException if there are names, but not one for each class
     */
    public static void save(
            Model model, SsldModel network, int classes, List<String> classNames, Path folder)
            throws IOException {
        save(model, network, classes, network.dropout().orElse(0), classNames, folder);
    }

    /**
     * Saves a model.
     *
     * @param model a model whose block {@link SsldModel#newBlock(int, double)} created
     * @param network the network
     * @param classes its number of classes
     * @param dropout its dropout
     * @param classNames the names of the classes, or none: then 1000 classes are those of ImageNet,
     *     and others are numbered
     * @param folder the folder, created when needed
     * @throws IOException if a file cannot be written
     * @throws IllegalArgumentException if there are names, but not one for each class
     */
    public static void save(
            Model model,
            SsldModel network,
            int classes,
            double dropout,
            List<String> classNames,
            Path folder)
            throws IOException {
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new IllegalArgumentException(
                    "classNames must have a name for each of %d classes, but had %d"
                            .formatted(classes, classNames.size()));
        }
        Map<String, String> properties = new TreeMap<>();
        properties.put("engine", "PyTorch");
        properties.put("option.modelName", network.modelName());
        properties.put("blockFactory", SsldBlockFactory.class.getName());
        properties.put("translatorFactory", SsldTranslatorFactory.class.getName());
        properties.put(SsldArguments.MODEL, network.modelName());
        properties.put(SsldArguments.CLASSES, String.valueOf(classes));
        properties.put(SsldArguments.DROPOUT, String.format(Locale.ROOT, "%s", dropout));
        model.save(folder, network.modelName());
        String text =
                properties.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue() + "\n")
                        .collect(Collectors.joining());
        Files.writeString(folder.resolve("serving.properties"), text);
        if (!classNames.isEmpty()) {
            Files.write(folder.resolve("synset.txt"), classNames);
        }
    }
}
