package io.ssld.cli.train;

import java.io.IOException;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The number of classes of a training command. */
final class Classes {

    private Classes() {}

    static int of(TrainingOptions options, CommandSpec command) throws IOException {
        return of(options.data(), command);
    }

    static int of(DataOptions options, CommandSpec command) throws IOException {
        OptionalInt classes = options.classes();
        if (classes.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "--classes must be given where no folder tells the classes, but is missing");
        }
        if (classes.getAsInt() < 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "--classes must be at least 1, but was " + classes.getAsInt());
        }
        return classes.getAsInt();
    }
}
