package io.ssld.examples.cli;

import io.ssld.zoo.SsldModel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ssld zoo convert}. */
@Command(
        name = "convert",
        description =
                "Convert weights between .pdparams (PaddleClas) and .safetensors, by extension. The"
                        + " weights must fit the network name for name.",
        mixinStandardHelpOptions = true,
        versionProvider = Ssld.Version.class,
        sortOptions = false)
final class ZooConvertCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME",
            description = "The network the weights belong to.",
            converter = ModelConverter.class)
    private SsldModel model;

    @Option(
            names = "--classes",
            paramLabel = "N",
            description = "Classes of the weights. Default: ${DEFAULT-VALUE}",
            defaultValue = "1000")
    private int classes;

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
        try (Network network = Network.load(model, classes, from)) {
            network.write(to);
        }
        return 0;
    }
}
