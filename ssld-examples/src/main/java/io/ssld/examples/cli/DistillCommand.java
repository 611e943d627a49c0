package io.ssld.examples.cli;

import ai.djl.training.loss.Loss;
import io.ssld.core.DistillationResult;
import io.ssld.core.StopSignal;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld distill}. */
@Command(
        name = "distill",
        description =
                "Teach a network with a teacher's soft labels, on images with or without labels.",
        mixinStandardHelpOptions = true,
        versionProvider = Ssld.Version.class,
        sortOptions = false)
final class DistillCommand implements Callable<Integer> {

    /** What student and teacher may disagree about. */
    enum Divergence {
        SYMMETRIC_KL,
        JENSEN_SHANNON,
        KL,
        SOFT_CROSS_ENTROPY
    }

    @Spec private CommandSpec spec;

    @Option(
            names = "--teacher",
            required = true,
            paramLabel = ModelSpec.LABEL,
            converter = ModelSpec.Converter.class,
            description = ModelSpec.HELP + " Several are averaged.")
    private List<ModelSpec> teachers = new ArrayList<>();

    @Option(
            names = "--student",
            required = true,
            paramLabel = ModelSpec.LABEL,
            converter = ModelSpec.Converter.class,
            description = "The network to train, in the same form.")
    private ModelSpec student;

    @Option(
            names = "--unlabelled",
            paramLabel = "LIST|DIR",
            description = "More images to learn from, without labels; repeatable.")
    private List<Path> unlabelled = new ArrayList<>();

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            description =
                    "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, which SSLD calls JS",
            defaultValue = "SYMMETRIC_KL")
    private Divergence divergence;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "With --loss KL: the temperature. Default: 1")
    private double temperature = 1;

    @Option(
            names = "--batch-statistics",
            description = "The teacher's batch norms use the batch's statistics, as in SSLD.")
    private boolean batchStatistics;

    @Mixin private TrainingOptions training;
    @Mixin private RecipeOptions recipes;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    DistillCommand() {}

    @Override
    public Integer call() throws Exception {
        Loss loss = loss();
        int classes = Classes.of(training, spec);
        List<OpenModel> opened = new ArrayList<>();
        try (OpenModel network =
                ModelOpener.openForClasses(student.seeded(recipes.seed()), classes)) {
            for (ModelSpec teacher : teachers) {
                opened.add(ModelOpener.open(teacher, classes));
            }
            Recipe recipe = RecipeOptions.checked(spec, recipes, "ssld", network.preprocessing());
            Training run = new Training(training, recipe, network);
            run.announce("Distilling " + names(opened) + " into " + network.name());
            return StopOnSignal.during(spec, signal -> distill(run, opened, loss, signal));
        } finally {
            opened.forEach(OpenModel::close);
        }
    }

    private void distill(Training run, List<OpenModel> models, Loss loss, StopSignal signal)
            throws Exception {
        try (Progress progress = Progress.of("distill")) {
            DistillationResult result =
                    run.distiller(signal, progress)
                            .setTeacher(teacher(models))
                            .setLoss(loss)
                            .build()
                            .distill(images(), training.validation());
            run.finish(result, names(models), spec.commandLine().getOut());
        }
    }

    private static String names(List<OpenModel> models) {
        return models.stream().map(OpenModel::name).collect(Collectors.joining(", "));
    }

    private Loss loss() {
        if (temperature != 1 && divergence != Divergence.KL) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--temperature must go with --loss KL, but was " + temperature);
        }
        return switch (divergence) {
            case SYMMETRIC_KL -> DistillationLoss.symmetricKl();
            case JENSEN_SHANNON -> DistillationLoss.jensenShannon();
            case KL -> Usage.check(spec, () -> DistillationLoss.kl((float) temperature));
            case SOFT_CROSS_ENTROPY -> DistillationLoss.softCrossEntropy();
        };
    }

    private Teacher teacher(List<OpenModel> models) {
        List<NetworkTeacher> all = new ArrayList<>();
        for (OpenModel model : models) {
            NetworkTeacher one = model.teacher();
            all.add(batchStatistics ? one.withBatchStatistics() : one);
        }
        return all.size() == 1 ? all.get(0) : Teacher.average(all);
    }

    /** The training images and the pool; labels are not looked at. */
    private ImageList images() throws IOException {
        ImageList images = training.train().unlabelled();
        for (Path pool : unlabelled) {
            images = images.merge(training.read(pool).unlabelled());
        }
        return images;
    }
}
