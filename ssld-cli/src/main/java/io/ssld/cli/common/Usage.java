package io.ssld.cli.common;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Wrong usage that only a look at several options reveals. */
public final class Usage {

    private Usage() {}

    /** Returns a value; an argument that it refuses is wrong usage of the command. */
    public static <T> T check(CommandSpec command, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Going on with something and replacing it contradict each other. */
    public static void notBoth(CommandSpec command, boolean resume, boolean force) {
        if (resume && force) {
            throw new ParameterException(
                    command.commandLine(),
                    "--resume must not go with --force, but both were given; --resume goes on with"
                            + " what is there, --force replaces it");
        }
    }

    /** The command line, from the name of the command on. */
    public static List<String> arguments(CommandSpec command) {
        ParseResult parsed = command.root().commandLine().getParseResult();
        return parsed == null ? List.of() : parsed.originalArgs();
    }

    /** Fails for a count that is none. */
    public static void atLeastOne(CommandSpec command, String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    command.commandLine(), option + " must be at least 1, but was " + value);
        }
    }
}
