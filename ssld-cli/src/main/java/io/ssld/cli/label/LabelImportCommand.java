package io.ssld.cli.label;

import io.ssld.cli.common.Version;
import io.ssld.cli.parquet.LabelParquet;
import io.ssld.core.labels.SoftLabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld label import}. */
@Command(
        name = "import",
        description = "Make a label store of Parquet files that 'label export' wrote.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LabelImportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "The Parquet files of one store, together sorted by image and view, whichever"
                            + " program wrote them last.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "STORE",
            description = "The folder of the store; new or empty.")
    private Path out;

    @Option(
            names = "--metadata",
            paramLabel = "FILE",
            description =
                    "The file as it was exported, where other programs left out its metadata, as"
                            + " Spark does.")
    private @Nullable Path metadata;

    @Option(
            names = "--changed",
            description =
                    "Take labels that were changed since the export. The store then says so of its"
                            + " teacher.")
    private boolean changed;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    LabelImportCommand() {}

    @Override
    public Integer call() throws Exception {
        SoftLabelStore store = LabelParquet.read(files, metadata, changed, out);
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
