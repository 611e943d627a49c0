package io.ssld.cli.train;

import io.ssld.base.internal.AtomicFiles;
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
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A recipe as a YAML file: what a training command writes and accepts back. */
public final class RecipeYaml {

    /** A recipe has 40 settings; a number of a million digits alone takes 40 seconds. */
    private static final int MAX_BYTES = 1 << 16;

    /** Settings, the settings of one, and lists in those. */
    private static final int MAX_DEPTH = 10;

    private static final int MAX_SCALAR = 4096;
    private static final LoadSettings SETTINGS = LoadSettings.builder().build();

    private RecipeYaml() {}

    /** The recipe as text, in the order of its settings. */
    static String text(Recipe recipe) {
        DumpSettings settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(recipe.toMap());
    }

    /** Writes a recipe into a file, whole or not at all. */
    public static void write(Path file, Recipe recipe) throws IOException {
        AtomicFiles.writeString(file, text(recipe));
    }

    /**
     * Reads a recipe.
     *
     * @throws IOException if the file cannot be read or is not a recipe, naming the setting
     */
    public static Recipe read(Path file) throws IOException {
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
            String text = Files.readString(file);
            requirePlain(file, text);
            root = new Load(SETTINGS).loadFromString(text);
        } catch (YamlEngineException e) {
            throw new IOException(
                    "%s must be YAML, but is not: %s".formatted(file, e.getMessage()), e);
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new IOException(
                    "%s must hold settings as name: value, but holds %s"
                            .formatted(
                                    file, root == null ? "nothing" : "a single value or a list"));
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        map.forEach((name, value) -> settings.put(String.valueOf(name), value));
        try {
            return Recipe.fromPartialMap(settings);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Fails for what no recipe has: deep nesting, which ends the reader's recursion, and
     * references, by which a few lines become billions of values. The events are read without
     * either.
     */
    private static void requirePlain(Path file, String text) throws IOException {
        int depth = 0;
        Parser events = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias ->
                        throw new IOException(
                                file + " must hold plain values, but has references (*name)");
                case Scalar -> {
                    int length = ((ScalarEvent) event).getValue().length();
                    if (length > MAX_SCALAR) {
                        throw new IOException(
                                String.format(
                                        Locale.ROOT,
                                        "%s must hold values of at most %d characters, but has one"
                                                + " of %d",
                                        file,
                                        MAX_SCALAR,
                                        length));
                    }
                }
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s must be nested at most %d deep, but is deeper",
                                file,
                                MAX_DEPTH));
            }
        }
    }
}
