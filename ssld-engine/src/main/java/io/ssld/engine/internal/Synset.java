package io.ssld.engine.internal;

import ai.djl.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The class names that DJL's models bring along: {@code synset.txt}, one a line. */
public final class Synset {

    private static final String FILE = "synset.txt";

    private Synset() {}

    /**
     * Reads the names beside a loaded model.
     *
     * @param model a model
     * @return the names by class number; empty if the model was not loaded from a folder that has
     *     them
     */
    public static List<String> of(Model model) {
        @Nullable Path folder = model.getModelPath();
        if (folder == null || !Files.isRegularFile(folder.resolve(FILE))) {
            return List.of();
        }
        try {
            return Files.readAllLines(folder.resolve(FILE)).stream()
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    folder.resolve(FILE) + " must be readable as UTF-8, but was not", e);
        }
    }
}
