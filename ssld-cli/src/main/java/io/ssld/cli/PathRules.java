package io.ssld.cli;

import io.ssld.base.internal.PathText;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.select.DescriptorOptions;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * What every path on a command line has to be, looked at before a command begins: a wrong one at
 * its end would cost all its work, and the system's words for it name no option.
 *
 * <p>The label of an argument says what it is: {@code DIR} and {@code STORE} are folders, {@code
 * LIST|DIR} is either, and everything else is a file.
 */
final class PathRules {

    /** Options for what a command writes. */
    private static final Set<String> OUTPUTS =
            Set.of("--out", "--to", "--output", "--keep", "--json", "--cache");

    private static final Set<String> FOLDERS = Set.of("DIR", "STORE");
    private static final String EITHER = "LIST|DIR";
    private static final String PATHS = "PATH";
    private static final String EMPTY =
            " must name a file or folder, but was empty; write . for this folder";
    private static final String ROOT = "--root";

    private PathRules() {}

    /** Lets a command and those below it read their paths so. */
    static void register(CommandLine line) {
        line.registerConverter(Path.class, new Converter());
    }

    /** Checks the paths of a command; throws what a failure of the command would be. */
    static void check(ParseResult leaf) {
        for (ArgSpec argument : leaf.commandSpec().args()) {
            for (Object value : values(argument)) {
                String fault = fault(argument, value);
                if (fault != null) {
                    throw new ExecutionException(
                            leaf.commandSpec().commandLine(), fault, new IOException(fault));
                }
            }
        }
    }

    private static Collection<?> values(ArgSpec argument) {
        Object value = argument.getValue();
        if (value instanceof Collection<?> several) {
            return several;
        }
        return value == null ? List.of() : List.of(value);
    }

    private static @Nullable String fault(ArgSpec argument, Object value) {
        String label = argument.paramLabel();
        String name = argument instanceof OptionSpec option ? option.longestName() : label;
        if (value instanceof ModelSpec model) {
            return fault(name, model);
        }
        if (value instanceof DescriptorOptions.Choice choice) {
            return choice.model() == null ? null : fault(name, choice.model());
        }
        if (!(value instanceof Path path)) {
            // Of the paths of predict each has its own answer, but this one would be the folder
            // that Java was started in.
            return label.equals(PATHS) && value.equals("") ? name + EMPTY : null;
        }
        if (OUTPUTS.contains(name)) {
            return output(name, path, FOLDERS.contains(label));
        }
        if (label.equals(EITHER)) {
            return Files.isDirectory(path)
                    ? null
                    : file(name, "a list of images or a folder", path);
        }
        return FOLDERS.contains(label) ? folder(name, path) : file(name, "a file", path);
    }

    private static @Nullable String fault(String name, ModelSpec model) {
        if (model.weights() instanceof ModelSpec.Weights.File file) {
            return file("weights of " + name, "a file", file.path());
        }
        if (model.folder() == null) {
            return null;
        }
        try {
            SavedModel.read(model.folder());
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private static @Nullable String file(String name, String what, Path path) {
        Place place = Place.of(path);
        if (place.kind() == Place.Kind.STREAM) {
            return null;
        }
        if (place.kind() != Place.Kind.FILE) {
            return "%s must be %s, but %s %s; check the path"
                    .formatted(name, what, path, place.words());
        }
        String reason = Place.unreadable(path);
        return reason == null
                ? null
                : "%s must be %s that can be read, but %s cannot (%s); check its permissions"
                        .formatted(name, what, path, reason);
    }

    private static @Nullable String folder(String name, Path path) {
        Place place = Place.of(path);
        // Of other folders their readers say what has to be in them.
        boolean right =
                name.equals(ROOT)
                        ? place.kind() == Place.Kind.FOLDER
                        : place.kind() != Place.Kind.UNUSABLE;
        return right
                ? null
                : "%s must be a folder, but %s %s; check the path"
                        .formatted(name, path, place.words());
    }

    private static @Nullable String output(String name, Path path, boolean folder) {
        Place place = Place.of(path);
        Place.Kind wanted = folder ? Place.Kind.FOLDER : Place.Kind.FILE;
        if (place.kind() != Place.Kind.FREE && place.kind() != wanted) {
            return "%s must be a %s, but %s %s; choose another name"
                    .formatted(name, folder ? "folder" : "file", path, place.words());
        }
        Path above = place.kind() == Place.Kind.FOLDER ? path : Place.above(path);
        return Files.isWritable(above)
                ? null
                : "%s must be in a folder that can be written, but %s is in %s, which cannot; choose another place"
                        .formatted(name, path, above);
    }

    private static Path read(String text) {
        // Java takes it for the folder that it was started in.
        if (text.isEmpty()) {
            throw new IllegalArgumentException("path" + EMPTY);
        }
        return PathText.of(text);
    }

    /** For picocli: what can be no path, or none that is meant, is wrong usage. */
    private static final class Converter implements ITypeConverter<Path> {

        @Override
        public Path convert(String text) {
            try {
                return read(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
