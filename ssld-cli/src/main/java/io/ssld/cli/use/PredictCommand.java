package io.ssld.cli.use;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.ssld.cli.common.ClassCount;
import io.ssld.cli.common.ImagePaths;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.data.LeftOut;
import io.ssld.core.evaluation.Scores;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld predict}. */
@Command(
        name = "predict",
        description =
                "Classify images: the likeliest classes of each. Files that cannot be read are told"
                        + " and skipped; the exit code is 1 then.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class PredictCommand implements Callable<Integer> {

    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = ModelSpec.LABEL,
            description = ModelSpec.HELP,
            converter = ModelSpec.Converter.class)
    private ModelSpec model;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Its weights: the same as --model MODEL=FILE.")
    private @Nullable Path weights;

    @Option(
            names = "--classes",
            converter = ClassCount.class,
            paramLabel = "N",
            description = "Classes of the weights. Default: what they have")
    private @Nullable Integer classes;

    @Option(
            names = "--json",
            description =
                    "Print JSON lines: an object for each image, with its path and its classes, or"
                            + " with \"error\".")
    private boolean json;

    @Option(
            names = "--top",
            paramLabel = "K",
            description = "How many classes to print. Default: ${DEFAULT-VALUE}",
            defaultValue = "5")
    private int top;

    @Option(
            names = "--batch",
            paramLabel = "B",
            description = "Images the network sees at once. Default: ${DEFAULT-VALUE}",
            defaultValue = "16")
    private int batch;

    @Option(
            names = "--workers",
            paramLabel = "W",
            description = "Threads that decode. Default: one a processor")
    private @Nullable Integer workers;

    @Option(names = "--stdin", description = "Read a list of files, one a line; as does PATH -.")
    private boolean stdin;

    @Parameters(
            paramLabel = "PATH",
            arity = "0..*",
            description =
                    "Image files; folders, with all images in and below them; - for a list on the"
                            + " standard input.")
    private List<String> paths = new ArrayList<>();

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    PredictCommand() {}

    /** A class of an image. */
    private record Guess(String label, int index, @Nullable Double probability) {}

    /** The likeliest classes of an image, or why there are none. */
    private record Prediction(String path, @Nullable List<Guess> classes, @Nullable String error) {}

    @Override
    public Integer call() throws Exception {
        if (stdin) {
            paths.add(ImagePaths.STDIN);
        }
        if (paths.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "PATH must be given, or --stdin, but there is neither");
        }
        Usage.atLeastOne(spec, "--top", top);
        Usage.atLeastOne(spec, "--batch", batch);
        int threads = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
        Usage.atLeastOne(spec, "--workers", threads);
        Path file = weights;
        ModelSpec named = file == null ? model : Usage.check(spec, () -> model.withFile(file));
        LeftOut leftOut = new LeftOut();
        ImagePaths files = Usage.check(spec, () -> ImagePaths.of(paths, System.in, leftOut));
        if (!files.hasNext() && !files.empty().isEmpty()) {
            throw new IOException(imageless(files));
        }
        PrintWriter out = spec.commandLine().getOut();
        long[] faults = new long[1];
        try (OpenModel network = ModelOpener.open(named, classes)) {
            new BulkPrediction(network, network.preprocessing(), batch, threads)
                    .run(files, sink(network, out, faults));
        }
        out.flush();
        if (leftOut.inWords() != null) {
            spec.commandLine().getErr().printf("ssld: %s%n", leftOut.inWords());
        }
        if (!files.empty().isEmpty()) {
            spec.commandLine().getErr().println("ssld: " + imageless(files));
        }
        return faults[0] == 0 && files.empty().isEmpty() ? 0 : 1;
    }

    private static String imageless(ImagePaths files) {
        return "%s must hold image files (.jpg, .png and so on), but holds none; check the path"
                .formatted(String.join(", ", files.empty()));
    }

    private BulkPrediction.Sink sink(OpenModel network, PrintWriter out, long[] faults) {
        List<String> labels = network.labels();
        return new BulkPrediction.Sink() {
            @Override
            public void answered(Path file, float[] logits, int row) {
                print(new Prediction(file.toString(), best(labels, logits, row), null), out);
            }

            @Override
            public void failed(Path file, String reason) {
                faults[0]++;
                if (json) {
                    print(new Prediction(file.toString(), null, reason), out);
                } else {
                    out.flush();
                    spec.commandLine().getErr().printf("ssld: %s: %s%n", file, reason);
                }
            }
        };
    }

    /** The likeliest classes; equal ones by number, as everywhere. */
    private List<Guess> best(List<String> labels, float[] logits, int row) {
        int count = labels.size();
        return IntStream.range(0, count)
                .boxed()
                .sorted(
                        Comparator.comparingDouble((Integer c) -> -logits[row * count + c])
                                .thenComparingInt(c -> c))
                .limit(top)
                .map(c -> guess(labels.get(c), c, Scores.probability(logits, row, count, c)))
                .toList();
    }

    /** JSON has no NaN. */
    private static Guess guess(String label, int index, double probability) {
        return new Guess(label, index, Double.isNaN(probability) ? null : probability);
    }

    private void print(Prediction prediction, PrintWriter out) {
        if (json) {
            out.println(JSON.toJson(prediction));
            return;
        }
        out.println(prediction.path());
        if (prediction.classes() != null) {
            for (Guess guess : prediction.classes()) {
                out.printf(Locale.ROOT, "  %.5f  %s%n", guess.probability(), guess.label());
            }
        }
    }
}
