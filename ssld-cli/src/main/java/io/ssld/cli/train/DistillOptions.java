package io.ssld.cli.train;

import ai.djl.training.loss.Loss;
import io.ssld.base.internal.ClassNameMatch;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.Usage;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.labels.ReplayTeacher;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.labels.TailPolicy;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who teaches whom, and how they are compared: what {@code distill} and {@code plan} share. */
final class DistillOptions {

    /** What student and teacher may disagree about. */
    enum Divergence {
        SYMMETRIC_KL,
        JENSEN_SHANNON,
        KL,
        SOFT_CROSS_ENTROPY
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--teacher",
            paramLabel = ModelSpec.TEACHER_LABEL,
            converter = ModelSpec.TeacherConverter.class,
            description =
                    ModelSpec.TEACHER_HELP
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

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    DistillOptions() {}

    /**
     * Networks that are open, and what is to happen with them. Closing closes the networks.
     *
     * @param student the network to train
     * @param teacher where soft labels come from
     * @param teacherName what to call it
     * @param loss what they disagree about
     * @param recipe how to train
     * @param images what to learn from; labels are not looked at
     * @param models all networks
     */
    record Opened(
            OpenModel student,
            RunTeacher teacher,
            String teacherName,
            Loss loss,
            Recipe recipe,
            ImageList images,
            List<OpenModel> models)
            implements AutoCloseable {

        @Override
        public void close() {
            models.forEach(OpenModel::close);
        }
    }

    /**
     * Opens the networks.
     *
     * @param data what they learn from
     * @param recipes how
     * @throws ParameterException if options contradict each other
     * @throws IOException if a file cannot be read
     */
    Opened open(DataOptions data, RecipeOptions recipes) throws IOException {
        Loss loss = loss();
        requireSource();
        SoftLabelStore store = labels == null ? null : SoftLabelStore.open(labels);
        int classes = Classes.of(data, spec);
        List<OpenModel> all = new ArrayList<>();
        try {
            OpenModel network = ModelOpener.openForClasses(student, classes, recipes.seed());
            all.add(network);
            List<OpenModel> taught = new ArrayList<>();
            for (ModelSpec each : teachers) {
                OpenModel model = ModelOpener.open(each, classes);
                all.add(model);
                taught.add(model);
            }
            Recipe recipe = recipe(network, recipes, store);
            RunTeacher teacher = teacher(taught, store);
            data.requireClasses("--student " + network.name(), network.classNames());
            data.requireClasses("teacher " + teacher.name(), teacher.classNames());
            ClassNameMatch.require(
                    "teacher " + teacher.name(),
                    teacher.classNames(),
                    "--student " + network.name(),
                    network.classNames());
            String name = store == null ? names(taught) : teacher.name();
            return new Opened(network, teacher, name, loss, recipe, images(data), all);
        } catch (IOException | RuntimeException e) {
            all.forEach(OpenModel::close);
            throw e;
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
    private Recipe recipe(OpenModel network, RecipeOptions recipes, @Nullable SoftLabelStore store)
            throws IOException {
        Preprocessing own = network.preprocessing();
        if (store == null || recipes.hasConfig()) {
            return RecipeOptions.checked(spec, recipes, "ssld", own);
        }
        RecordedViews recorded = store.header().recordedViews();
        Preprocessing sized = recipes.hasSize() ? own : own.withCrop(recorded.height());
        RecipeBuilder builder =
                RecipeOptions.checked(spec, recipes, "ssld", sized).toBuilder()
                        .optViews(recorded.views());
        return recipes.hasSize()
                ? builder.build()
                : builder.optSize(recorded.height(), recorded.width()).build();
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

    private RunTeacher teacher(List<OpenModel> models, @Nullable SoftLabelStore store) {
        if (store == null) {
            return live(models);
        }
        ReplayTeacher replay =
                ReplayTeacher.of(store).withTail(tail == null ? TailPolicy.SPREAD : tail);
        return models.isEmpty() ? replay : replay.withFallback(live(models));
    }

    private RunTeacher live(List<OpenModel> models) {
        List<RunTeacher> all = new ArrayList<>();
        for (OpenModel model : models) {
            NetworkTeacher one = model.teacher();
            all.add(model.taught(batchStatistics ? one.withBatchStatistics() : one));
        }
        return all.size() == 1 ? all.get(0) : Teacher.average(all);
    }

    /** The training images and the pool; labels are not looked at. */
    private ImageList images(DataOptions data) throws IOException {
        ImageList images = data.train().unlabelled();
        for (Path pool : unlabelled) {
            images = images.merge(data.read(pool).unlabelled());
        }
        return images;
    }
}
