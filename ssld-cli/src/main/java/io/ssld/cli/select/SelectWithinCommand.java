package io.ssld.cli.select;

import io.ssld.cli.common.Version;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ssld select within}. */
@Command(
        name = "within",
        description =
                "Find the images that are in a pool more than once, and keep the first of each.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SelectWithinCommand implements Callable<Integer> {

    @Mixin private DuplicateOptions options;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectWithinCommand() {}

    @Override
    public Integer call() throws IOException {
        return options.run(null);
    }
}
