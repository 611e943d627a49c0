package io.ssld.cli.label;

import io.ssld.cli.common.OutputFile;
import io.ssld.cli.common.Version;
import io.ssld.cli.parquet.LabelParquet;
import io.ssld.core.labels.SoftLabelStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld label export}. */
@Command(
        name = "export",
        description =
                "Write the labels of a store into a Parquet file, for Spark, DuckDB, pandas and"
                        + " whatever else reads it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LabelExportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "STORE", description = "The folder of the store, or of a share.")
    private Path path;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The Parquet file to write.")
    private Path out;

    @Option(names = "--force", description = "Replace the file of an earlier export.")
    private boolean force;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    LabelExportCommand() {}

    @Override
    public Integer call() throws Exception {
        OutputFile.requireNew("--out", out, force);
        SoftLabelStore store = SoftLabelStore.open(path);
        long rows = LabelParquet.write(store, out);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d labels of %d images, %d bytes%nParquet: %s%n",
                        rows,
                        store.size(),
                        Files.size(out),
                        out);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
