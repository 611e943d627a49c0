package io.ssld.cli;

import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.train.PlanCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** No command writes over what the same command reads, forced or not. */
final class InputsKept {

    private static final Set<String> WRITTEN = Set.of("--out", "--keep", "--to", "--output");

    /** What commands write beside a file of --out. */
    private static final List<String> BESIDE = List.of(".dropped.csv", ".quarantine.csv");

    private InputsKept() {}

    /** A path on the command line, and what it is called there. */
    private record Named(String option, Path path) {

        Path real() {
            Path absolute = path.toAbsolutePath().normalize();
            try {
                return Files.exists(path) ? path.toRealPath() : absolute;
            } catch (IOException e) {
                return absolute; // the command itself will say what is wrong with it
            }
        }
    }

    /**
     * Compares the paths of a command.
     *
     * @param leaf the part of the command line that runs
     * @throws ParameterException naming both options, if one of them would destroy what the other
     *     needs
     */
    static void require(ParseResult leaf) {
        CommandSpec command = leaf.commandSpec();
        boolean plans = command.userObject() instanceof PlanCommand;
        List<Named> written = new ArrayList<>();
        List<Named> read = new ArrayList<>();
        for (ArgSpec argument : command.args()) {
            String name = name(argument);
            boolean writes = plans ? name.equals("--json") : WRITTEN.contains(name);
            // A plan takes --out from the line of another command, and writes nothing there; a
            // cache is read and written.
            if ((plans && name.equals("--out")) || name.equals("--cache")) {
                continue;
            }
            add(writes ? written : read, name, argument.getValue());
        }
        // With --resume it is refused by the command, which says that the two contradict.
        boolean replaces = leaf.hasMatchedOption("--force") && !leaf.hasMatchedOption("--resume");
        for (int i = 0; i < written.size(); i++) {
            List<Named> others = new ArrayList<>(read);
            others.addAll(written.subList(0, i));
            for (Named other : others) {
                require(command, written.get(i), other, replaces);
            }
        }
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static void add(List<Named> paths, String name, Object value) {
        if (value instanceof Path path) {
            paths.add(new Named(name, path));
        } else if (value instanceof ModelSpec model) {
            if (model.folder() != null) {
                paths.add(new Named(name, model.folder()));
            }
            if (model.weights() instanceof ModelSpec.Weights.File file) {
                paths.add(new Named(name, file.path()));
            }
        } else if (value instanceof Collection<?> several) {
            several.forEach(each -> add(paths, name, each));
        }
    }

    private static void require(CommandSpec command, Named written, Named other, boolean replaces) {
        Path target = written.real();
        Path source = other.real();
        if (target.equals(source) || (replaces && source.startsWith(target))) {
            throw new ParameterException(
                    command.commandLine(),
                    ("%s must not be what %s names, nor a folder that holds it, but was "
                                    + "%s beside %s; choose another place for what is written")
                            .formatted(
                                    written.option(),
                                    other.option(),
                                    written.path(),
                                    other.path()));
        }
        for (String ending : BESIDE) {
            if (target.resolveSibling(target.getFileName() + ending).equals(source)) {
                throw new ParameterException(
                        command.commandLine(),
                        ("%s must leave alone what %s names, but %s writes %s beside it; "
                                        + "choose another place for what is written")
                                .formatted(
                                        written.option(),
                                        other.option(),
                                        written.path(),
                                        other.path()));
            }
        }
    }
}
