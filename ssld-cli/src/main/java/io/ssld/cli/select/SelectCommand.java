package io.ssld.cli.select;

import io.ssld.cli.common.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld select}. */
@Command(
        name = "select",
        description =
                "Mine unlabelled images: find near-duplicates, label softly, choose the best of"
                        + " every class.",
        subcommands = {
            SelectRunCommand.class,
            SelectDedupCommand.class,
            SelectWithinCommand.class,
            SelectLabelCommand.class,
            SelectTopKCommand.class,
            SelectUgiCommand.class,
            SelectMergeCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class SelectCommand implements Runnable {

    @Spec private CommandSpec spec;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
