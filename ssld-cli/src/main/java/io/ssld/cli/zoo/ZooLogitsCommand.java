package io.ssld.cli.zoo;

import ai.djl.ndarray.types.Shape;
import io.ssld.cli.common.ClassCount;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld zoo logits}. */
@Command(
        name = "logits",
        description =
                "Run a network on an array: float32 (N, 3, H, W) in, logits (N, classes) out, in"
                        + " evaluation mode and without preprocessing.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ZooLogitsCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    private static final int BATCH = 16;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME",
            description = "A network, such as ResNet50_vd.",
            converter = ModelSpec.Converter.class)
    private ModelSpec model;

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE",
            description = "Its weights, .pdparams or .safetensors.")
    private Path weights;

    @Option(
            names = "--classes",
            converter = ClassCount.class,
            paramLabel = "N",
            description = "Classes of the weights. Default: what they have")
    private @Nullable Integer classes;

    @Option(names = "--input", required = true, paramLabel = "IN.npy", description = "The images.")
    private Path input;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "OUT.npy",
            description = "Where the logits go.")
    private Path output;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    ZooLogitsCommand() {}

    @Override
    public Integer call() throws Exception {
        Npy images = Npy.read(input);
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3) {
            throw new IOException(
                    "shape of "
                            + input
                            + " must be (N, 3, H, W), but was "
                            + new Shape(images.shape()));
        }
        int count = Math.toIntExact(shape[0]);
        float[] logits;
        int found;
        int size = Math.toIntExact(shape[1] * shape[2] * shape[3]);
        try (OpenModel network =
                ModelOpener.open(Usage.check(spec, () -> model.withFile(weights)), classes)) {
            found = network.classes();
            logits = new float[count * found];
            for (int begin = 0; begin < count; begin += BATCH) {
                int end = Math.min(count, begin + BATCH);
                float[] part = Arrays.copyOfRange(images.values(), begin * size, end * size);
                float[] result =
                        network.logits(part, new Shape(end - begin, 3, shape[2], shape[3]));
                System.arraycopy(result, 0, logits, begin * found, result.length);
            }
        }
        new Npy(new long[] {count, found}, logits).write(output);
        return 0;
    }
}
