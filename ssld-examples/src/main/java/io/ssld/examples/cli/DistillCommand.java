package io.ssld.examples.cli;

import ai.djl.training.loss.Loss;
import io.ssld.core.DistillationResult;
import io.ssld.core.StopSignal;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.RecordedViews;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.labels.TailPolicy;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.ReplayTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
            paramLabel = ModelSpec.LABEL,
            converter = ModelSpec.Converter.class,
            description =
                    ModelSpec.HELP
                            + " Several are averaged. With --labels: for images without labels.")
    private List<ModelSpec> teachers = new ArrayList<>();

    @Option(
            names = "--labels",
            paramLabel = "STORE",
            description =
                    "Labels that 'ssld label record' recorded, instead of a teacher. Views and size"
                            + " are those of the store.")
    private @Nullable Path labels;

    @Option(
            names = "--tail",
            paramLabel = "NAME",
            description =
                    "With --labels, what classes get that a label does not name:"
                            + " ${COMPLETION-CANDIDATES}. Default: SPREAD")
    private @Nullable TailPolicy tail;

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
        requireSource();
        SoftLabelStore store = labels == null ? null : SoftLabelStore.open(labels);
        int classes = Classes.of(training, spec);
        List<OpenModel> opened = new ArrayList<>();
        try (OpenModel network = ModelOpener.openForClasses(student, classes, recipes.seed())) {
            for (ModelSpec teacher : teachers) {
                opened.add(ModelOpener.open(teacher, classes));
            }
            Recipe recipe = recipe(network, store);
            Training run = new Training(training, recipe, network);
            Teacher teacher = teacher(opened, store);
            String name = store == null ? names(opened) : teacher.name();
            run.announce("Distilling " + name + " into " + network.name());
            return StopOnSignal.during(spec, signal -> distill(run, teacher, name, loss, signal));
        } finally {
            opened.forEach(OpenModel::close);
        }
    }

    /** Soft labels come from somewhere. */
    private void requireSource() {
        if (labels == null && teachers.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--teacher or --labels must be given, but neither was");
        }
        if (labels == null && tail != null) {
            throw new ParameterException(
                    spec.commandLine(), "--tail must go with --labels, but was " + tail);
        }
        if (labels != null && batchStatistics) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--batch-statistics must not go with --labels, which were recorded without");
        }
    }

    /** Without a recipe of the user's own, views and size are those of the store. */
    private Recipe recipe(OpenModel network, @Nullable SoftLabelStore store) throws IOException {
        Preprocessing own = network.preprocessing();
        if (store == null || recipes.hasConfig()) {
            return RecipeOptions.checked(spec, recipes, "ssld", own);
        }
        RecordedViews recorded = store.header().recordedViews();
        Preprocessing sized = recipes.hasSize() ? own : own.withCrop(recorded.height());
        RecipeBuilder builder =
                RecipeOptions.checked(spec, recipes, "ssld", sized).toBuilder()
                        .views(recorded.views());
        return recipes.hasSize()
                ? builder.build()
                : builder.size(recorded.height(), recorded.width()).build();
    }

    private void distill(Training run, Teacher teacher, String name, Loss loss, StopSignal signal)
            throws Exception {
        try (Progress progress = Progress.of("distill")) {
            DistillationResult result =
                    run.distiller(signal, progress)
                            .setTeacher(teacher)
                            .setLoss(loss)
                            .build()
                            .distill(images(), training.validation());
            run.finish(result, name, spec.commandLine().getOut());
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

    private Teacher teacher(List<OpenModel> models, @Nullable SoftLabelStore store) {
        if (store == null) {
            return live(models);
        }
        ReplayTeacher replay =
                Teacher.replay(store).withTail(tail == null ? TailPolicy.SPREAD : tail);
        return models.isEmpty() ? replay : replay.withFallback(live(models));
    }

    private Teacher live(List<OpenModel> models) {
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
