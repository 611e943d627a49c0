package io.ssld.examples.cli;

import io.ssld.core.report.AtomicFiles;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A recipe as a YAML file: what a training command writes and accepts back. */
final class RecipeYaml {

    private static final int MAX_BYTES = 1 << 20;

    private RecipeYaml() {}

    /** The recipe as text, in the order of its settings. */
    static String text(Recipe recipe) {
        DumpSettings settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(recipe.toMap());
    }

    /** Writes a recipe into a file, whole or not at all. */
    static void write(Path file, Recipe recipe) throws IOException {
        AtomicFiles.writeString(file, text(recipe));
    }

    /**
     * Reads a recipe.
     *
     * @throws IOException if the file cannot be read or is not a recipe, naming the setting
     */
    static Recipe read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must be a recipe of at most %d bytes, but has %d",
                            file,
                            MAX_BYTES,
                            Files.size(file)));
        }
        Object root;
        try {
            root = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        } catch (YamlEngineException e) {
            throw new IOException(
                    "%s must be YAML, but is not: %s".formatted(file, e.getMessage()), e);
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new IOException(
                    "%s must hold settings as name: value, but holds %s".formatted(file, root));
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        map.forEach((name, value) -> settings.put(String.valueOf(name), value));
        try {
            return Recipe.fromPartialMap(settings);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
