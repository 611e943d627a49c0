package io.ssld.cli.train;

import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.Usage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The network and the weights that training starts from. */
final class StartOptions {

    @Option(
            names = "--model",
            required = true,
            paramLabel = ModelSpec.LABEL,
            converter = ModelSpec.Converter.class,
            description = ModelSpec.HELP)
    private ModelSpec model;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "The weights to start from, in place of =WEIGHTS.")
    private @Nullable Path weights;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    StartOptions() {}

    /** The network with its weights; both named in two ways are wrong usage of the command. */
    ModelSpec model(CommandSpec command) {
        Path file = weights;
        return file == null ? model : Usage.check(command, () -> model.withFile(file));
    }
}
