package io.ssld.cli.use;

import io.ssld.base.internal.ClassNameMatch;
import io.ssld.base.internal.Json;
import io.ssld.base.internal.OutputFolder;
import io.ssld.cli.common.ClassCount;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.ValidationImages;
import io.ssld.cli.common.Version;
import io.ssld.cli.use.EvaluationResults.Against;
import io.ssld.cli.use.EvaluationResults.Binary;
import io.ssld.core.evaluation.OperatingPoint;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld evaluate}. */
@Command(
        name = "evaluate",
        description =
                "Measure a network on labelled images: accuracy, every class, confusions,"
                        + " calibration, and the worst mistakes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class EvaluateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = ModelSpec.LABEL,
            description = ModelSpec.HELP,
            converter = ModelSpec.Converter.class)
    private ModelSpec model;

    @Option(
            names = "--val",
            required = true,
            paramLabel = "LIST|DIR",
            description =
                    "Labelled images: a list (a path and a class number a line), or a folder with a"
                            + " sub-folder a class.")
    private Path validation;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where the paths of a list start. Default: the list's folder")
    private @Nullable Path root;

    @Option(
            names = "--classes",
            converter = ClassCount.class,
            paramLabel = "N",
            description = "Classes of the weights. Default: what they have")
    private @Nullable Integer classes;

    @Option(
            names = "--against",
            paramLabel = ModelSpec.LABEL,
            description = "Another model of as many classes, to compare with.",
            converter = ModelSpec.Converter.class)
    private @Nullable ModelSpec against;

    @Option(
            names = "--size",
            paramLabel = "S",
            description =
                    "Side of the input; the short side of images follows in proportion. Default:"
                            + " that of the model")
    private @Nullable Integer size;

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

    @Option(
            names = "--positive",
            paramLabel = "CLASS",
            description =
                    "Also the true-positive rate of this class, by name or number, at a limited"
                            + " false-positive rate.")
    private @Nullable String positive;

    @Option(
            names = "--max-fpr",
            paramLabel = "F",
            description = "That limit, 0 to 1. Default: 0.001")
    private @Nullable Double maxFpr;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write report.html, results.json and confusion.png into a new or empty folder.")
    private @Nullable Path out;

    @Option(names = "--force", description = "Replace the folder of an earlier evaluation.")
    private boolean force;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print results.json instead of tables.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    EvaluateCommand() {}

    @Override
    public Integer call() throws Exception {
        Usage.atLeastOne(spec, "--batch", batch);
        Usage.atLeastOne(spec, "--workers", threads());
        if (size != null) {
            Usage.atLeastOne(spec, "--size", size);
        }
        if (maxFpr != null && positive == null) {
            throw new ParameterException(
                    spec.commandLine(), "--max-fpr must go with --positive, but stands alone");
        }
        if (maxFpr != null && !(maxFpr >= 0 && maxFpr <= 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--max-fpr must be in 0..1, but was " + maxFpr);
        }
        if (out == null) {
            return evaluate(null);
        }
        try (OutputFolder folder = OutputFolder.open("--out", out, force, OutputKinds.EVALUATION)) {
            return evaluate(folder);
        }
    }

    private int evaluate(@Nullable OutputFolder folder) throws IOException {
        ValidationImages data;
        ModelEvaluation measured;
        Integer positiveClass;
        try (OpenModel network = ModelOpener.open(model, classes)) {
            data = ValidationImages.read(validation, root, lists, network);
            positiveClass = positiveClass(data.classNames());
            measured = run(network, data, positiveClass);
        }
        Against other = against == null ? null : compare(against, data, measured);
        EvaluationResults results =
                EvaluationResults.of(
                        model.text(),
                        measured,
                        data.classNames(),
                        other,
                        positiveClass == null ? null : binary(measured, data, positiveClass));
        print(results);
        if (folder != null) {
            write(results, data, measured, folder);
        }
        return results.unreadable().isEmpty() ? 0 : 1;
    }

    private ModelEvaluation run(
            OpenModel network, ValidationImages data, @Nullable Integer positiveClass)
            throws IOException {
        Preprocessing how = network.preprocessing();
        ModelEvaluation measured =
                ModelEvaluation.run(
                        network,
                        size == null ? how : how.withCrop(size),
                        data.images(),
                        batch,
                        threads(),
                        positiveClass);
        if (measured.outcomes().isEmpty()) {
            ModelEvaluation.Unreadable first = measured.unreadable().get(0);
            throw new IOException(
                    "%s must have an image that can be read, but has none; the first: %s: %s"
                            .formatted(validation, first.path(), first.reason()));
        }
        return measured;
    }

    private Against compare(ModelSpec named, ValidationImages data, ModelEvaluation measured)
            throws IOException {
        try (OpenModel network = ModelOpener.open(named, data.classNames().size())) {
            requireSameClasses(named, network, data);
            return EvaluationResults.against(named.text(), measured, run(network, data, null));
        }
    }

    private static void requireSameClasses(
            ModelSpec named, OpenModel network, ValidationImages data) throws IOException {
        try {
            ClassNameMatch.require(
                    "--against " + named.text(),
                    network.classNames(),
                    "--model",
                    data.classNames());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private @Nullable Integer positiveClass(List<String> names) {
        if (positive == null) {
            return null;
        }
        int found = names.indexOf(positive);
        if (found < 0 && positive.matches("\\d{1,6}")) {
            found = Integer.parseInt(positive);
        }
        if (found < 0 || found >= names.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.format(
                            Locale.ROOT,
                            "--positive must be the name or number of one of %d classes, but was"
                                    + " %s",
                            names.size(),
                            positive));
        }
        return found;
    }

    private Binary binary(ModelEvaluation measured, ValidationImages data, int positiveClass) {
        double limit = maxFpr == null ? OperatingPoint.MAX_FPR : maxFpr;
        return new Binary(
                data.classNames().get(positiveClass),
                limit,
                OperatingPoint.of(
                        measured.scores(positiveClass, true),
                        measured.scores(positiveClass, false),
                        limit));
    }

    private int threads() {
        return workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    }

    private void print(EvaluationResults results) {
        results.unreadable()
                .forEach(
                        each ->
                                spec.commandLine()
                                        .getErr()
                                        .printf("ssld: %s: %s%n", each.path(), each.reason()));
        if (json) {
            spec.commandLine().getOut().println(Json.toString(results));
        } else {
            EvaluationTable.print(results, spec.commandLine().getOut());
        }
        spec.commandLine().getOut().flush();
    }

    private void write(
            EvaluationResults results,
            ValidationImages data,
            ModelEvaluation measured,
            OutputFolder folder)
            throws IOException {
        List<Path> images =
                measured.entries().stream().map(entry -> data.images().resolve(entry)).toList();
        EvaluationPage.of(results, images).writeTo(folder.path().resolve("report.html"));
        Files.write(
                folder.path().resolve("confusion.png"),
                Thumbnails.confusionPng(results.confusion()));
        Json.write(folder.path().resolve("results.json"), results);
        Path place = folder.complete();
        if (!json) {
            spec.commandLine().getOut().printf("%nReport: %s%n", place.resolve("report.html"));
            spec.commandLine().getOut().flush();
        }
    }
}
