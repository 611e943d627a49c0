package io.ssld.examples.cli;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.Classifications.Classification;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.ssld.core.report.Json;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.resolve.WeightsResolver;
import io.ssld.zoo.resolve.WeightsUnavailableException;
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
import picocli.CommandLine.ParameterException;
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
            paramLabel = "NAME[=WEIGHTS]",
            description =
                    "A network, such as ResNet50_vd, with SSLD weights from the cache or with the"
                            + " given file.")
    private String model;

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
        String[] parts = model.split("=", 2);
        SsldModel network = network(parts[0]);
        Path file = file(network, parts.length == 2 ? Path.of(parts[1]) : null);
        Criteria<Image, Classifications> criteria =
                Criteria.builder()
                        .setTypes(Image.class, Classifications.class)
                        .optGroupId("io.ssld")
                        .optArtifactId(network.modelName())
                        .optArgument("weights", file.toString())
                        .build();
        List<Prediction> predictions = new ArrayList<>();
        try (ZooModel<Image, Classifications> loaded = criteria.loadModel();
                Predictor<Image, Classifications> predictor = loaded.newPredictor()) {
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

    private SsldModel network(String name) {
        try {
            return SsldModel.of(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Path file(SsldModel network, @Nullable Path named) throws IOException {
        if (named != null && weights != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "weights must be given once, but were " + named + " and " + weights);
        }
        Path given = named == null ? weights : named;
        if (given != null) {
            return given;
        }
        try {
            return WeightsResolver.builder().build().resolve(network, true);
        } catch (WeightsUnavailableException e) {
            throw new IOException(
                    e.getMessage() + "; or run 'ssld zoo download " + network.modelName() + "'", e);
        }
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
