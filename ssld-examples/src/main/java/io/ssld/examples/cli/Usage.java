package io.ssld.examples.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Wrong usage that only a look at several options reveals. */
final class Usage {

    private Usage() {}

    /** Returns a value; an argument that it refuses is wrong usage of the command. */
    static <T> T check(CommandSpec command, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
