package io.ssld.examples.cli;

import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What every path on a command line has to be, looked at before a command begins: a wrong one at
 * its end would cost all its work, and the system's words for it name no option.
 *
 * <p>The label of an argument says what it is: {@code DIR} and {@code STORE} are folders, {@code
 * LIST|DIR} is either, which its reader checks, and everything else is a file.
 */
final class PathRules {

    /** Options for what a command writes. */
    private static final Set<String> OUTPUTS =
            Set.of("--out", "--to", "--output", "--keep", "--json", "--cache");

    private static final Set<String> FOLDERS = Set.of("DIR", "STORE");
    private static final String EITHER = "LIST|DIR";
    private static final String ROOT = "--root";

    private PathRules() {}

    /** Checks the paths of a command; throws what a failure of the command would be. */
    static void check(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        for (ArgSpec argument : last.commandSpec().args()) {
            Object given = argument.getValue();
            Collection<?> values =
                    given instanceof Collection<?> several
                            ? several
                            : given == null ? List.of() : List.of(given);
            for (Object value : values) {
                String fault = fault(argument, value);
                if (fault != null) {
                    throw new ExecutionException(
                            last.commandSpec().commandLine(), fault, new IOException(fault));
                }
            }
        }
    }

    private static @Nullable String fault(ArgSpec argument, Object value) {
        String name =
                argument instanceof OptionSpec option
                        ? option.longestName()
                        : argument.paramLabel();
        if (value instanceof ModelSpec model) {
            return fault(name, model);
        }
        if (!(value instanceof Path path) || argument.paramLabel().equals(EITHER)) {
            return null;
        }
        boolean folder = FOLDERS.contains(argument.paramLabel());
        if (OUTPUTS.contains(name)) {
            return output(name, path, folder);
        }
        if (!folder) {
            return input(name, path);
        }
        // Of other folders their readers say what has to be in them.
        return name.equals(ROOT) && !Files.isDirectory(path)
                ? "%s must be a folder, but %s %s; check the path"
                        .formatted(name, path, Files.exists(path) ? "is a file" : "is not there")
                : null;
    }

    private static @Nullable String fault(String name, ModelSpec model) {
        if (model.weights() instanceof ModelSpec.Weights.File file) {
            return input("weights of " + name, file.path());
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

    private static @Nullable String input(String name, Path path) {
        if (Files.isDirectory(path)) {
            return "%s must be a file, but %s is a folder; check the path".formatted(name, path);
        }
        return Files.exists(path)
                ? null
                : "%s must be a file, but %s is not there; check the path".formatted(name, path);
    }

    private static @Nullable String output(String name, Path path, boolean folder) {
        if (folder && Files.isRegularFile(path)) {
            return "%s must be a folder, but %s is a file; choose another name"
                    .formatted(name, path);
        }
        if (!folder && Files.isDirectory(path)) {
            return "%s must be a file, but %s is a folder".formatted(name, path);
        }
        for (Path up = path.toAbsolutePath().getParent(); up != null; up = up.getParent()) {
            if (Files.exists(up)) {
                return Files.isDirectory(up)
                        ? null
                        : "%s must be a path below folders, but %s is below %s, which is a file; choose another place"
                                .formatted(name, path, up);
            }
        }
        return null;
    }
}
