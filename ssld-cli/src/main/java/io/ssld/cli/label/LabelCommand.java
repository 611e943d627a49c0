package io.ssld.cli.label;

import io.ssld.cli.common.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld label}. */
@Command(
        name = "label",
        description =
                "Record a teacher's soft labels for views of images once, to distil from any number"
                        + " of times.",
        subcommands = {
            LabelRecordCommand.class,
            LabelMergeCommand.class,
            LabelVerifyCommand.class,
            LabelInfoCommand.class,
            LabelExportCommand.class,
            LabelImportCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class LabelCommand implements Runnable {

    @Spec private CommandSpec spec;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    LabelCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
