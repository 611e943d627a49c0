package io.ssld.cli.label;

import io.ssld.cli.common.Version;
import io.ssld.core.labels.LabelStores;
import io.ssld.core.labels.SoftLabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld label merge}. */
@Command(
        name = "merge",
        description = "Put the shares of one recording together.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LabelMergeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "STORE", description = "The shares, in any order.")
    private List<Path> shares = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "STORE",
            description = "The folder of the whole store; new or empty.")
    private Path out;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    LabelMergeCommand() {}

    @Override
    public Integer call() throws Exception {
        SoftLabelStore store = LabelStores.merge(shares, out);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d images with %d views each%nStore: %s%n",
                        store.size(),
                        store.header().viewCount(),
                        out);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
