package io.ssld.cli.zoo;

import io.ssld.cli.common.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld zoo}. */
@Command(
        name = "zoo",
        description = "The published SSLD networks and their weights.",
        subcommands = {
            ZooListCommand.class,
            ZooInfoCommand.class,
            ZooDownloadCommand.class,
            ZooLogitsCommand.class,
            ZooConvertCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class ZooCommand implements Runnable {

    @Spec private CommandSpec spec;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    ZooCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
