package io.ssld.cli.select;

import io.ssld.cli.common.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ssld select dedup}. */
@Command(
        name = "dedup",
        description =
                "Find the images of a pool that are copies of a reference set's, and keep the"
                        + " others.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SelectDedupCommand implements Callable<Integer> {

    @Option(
            names = "--against",
            required = true,
            paramLabel = "LIST|DIR",
            description =
                    "The images that none of the pool may be a copy of, such as the validation"
                            + " set.")
    private Path against;

    @Mixin private DuplicateOptions options;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectDedupCommand() {}

    @Override
    public Integer call() throws IOException {
        return options.run(against);
    }
}
