package io.ssld.examples.cli;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.Classifications.Classification;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import io.ssld.core.report.Json;
import io.ssld.zoo.djl.SsldTranslator;
import java.io.IOException;
import java.io.PrintWriter;
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

/** {@code ssld predict}. */
@Command(
        name = "predict",
        description = "Classify images with a published network: the five likeliest classes.",
        mixinStandardHelpOptions = true,
        versionProvider = Ssld.Version.class,
        sortOptions = false)
final class PredictCommand implements Callable<Integer> {

    private static final int SHOWN = 5;

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
            description = "Its weights, .pdparams or .safetensors.")
    private @Nullable Path weights;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "JPEG, PNG or other images.")
    private List<Path> images;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    PredictCommand() {}

    /** A class of an image. */
    private record Guess(String label, double probability) {}

    /** The likeliest classes of an image. */
    private record Prediction(String image, List<Guess> classes) {}

    @Override
    public Integer call() throws Exception {
        ModelSpec named =
                weights == null ? model : Usage.check(spec, () -> model.withFile(weights));
        List<Prediction> predictions = new ArrayList<>();
        try (OpenModel network = ModelOpener.open(named);
                Predictor<Image, Classifications> predictor =
                        network.model()
                                .newPredictor(
                                        new SsldTranslator(
                                                network.preprocessing(), network.labels()))) {
            for (Path path : images) {
                predictions.add(prediction(path, predictor.predict(read(path))));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.toString(predictions));
        } else {
            predictions.forEach(each -> print(each, out));
        }
        out.flush();
        return 0;
    }

    private static Image read(Path path) throws IOException {
        try {
            return ImageFactory.getInstance().fromFile(path);
        } catch (IOException e) {
            throw new IOException(path + " must be an image, but could not be read: " + e, e);
        }
    }

    private static Prediction prediction(Path path, Classifications classes) {
        List<Classification> best = classes.topK(SHOWN);
        return new Prediction(
                path.toString(),
                best.stream()
                        .map(each -> new Guess(each.getClassName(), each.getProbability()))
                        .toList());
    }

    private static void print(Prediction prediction, PrintWriter out) {
        out.println(prediction.image());
        for (Guess guess : prediction.classes()) {
            out.printf(Locale.ROOT, "  %.5f  %s%n", guess.probability(), guess.label());
        }
    }
}
