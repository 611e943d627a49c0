package io.ssld.cli.zoo;

import io.ssld.cli.common.ClassCount;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.weights.SsldWeights;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld zoo convert}. */
@Command(
        name = "convert",
        description =
                "Convert weights between .pdparams (PaddleClas) and .safetensors, by extension. The"
                        + " weights must fit the network name for name.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ZooConvertCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME",
            description = "The network the weights belong to.",
            converter = ModelSpec.Converter.class)
    private ModelSpec model;

    @Option(
            names = "--classes",
            converter = ClassCount.class,
            paramLabel = "N",
            description = "Classes of the weights. Default: what they have")
    private @Nullable Integer classes;

    @Option(names = "--from", required = true, paramLabel = "FILE", description = "What to read.")
    private Path from;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = "What to write; replaced if it exists.")
    private Path to;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    ZooConvertCommand() {}

    @Override
    public Integer call() throws Exception {
        try (OpenModel network =
                ModelOpener.open(Usage.check(spec, () -> model.withFile(from)), classes)) {
            SsldWeights.write(to, network.block());
        }
        return 0;
    }
}
