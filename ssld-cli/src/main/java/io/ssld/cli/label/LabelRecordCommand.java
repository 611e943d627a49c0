package io.ssld.cli.label;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.ClassCount;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.LabelBar;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.StopOnSignal;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.cli.train.RecipeYaml;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.RecordingProgress;
import io.ssld.core.labels.RecordingResult;
import io.ssld.core.train.Recipe;
import io.ssld.selection.LabelProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** {@code ssld label record}. */
@Command(
        name = "record",
        description = "Ask a teacher about every view of every image, into a label store.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LabelRecordCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = ModelSpec.TEACHER_LABEL,
            converter = ModelSpec.TeacherConverter.class,
            description =
                    ModelSpec.TEACHER_HELP + " Given several times: the mean of the probabilities.")
    private List<ModelSpec> models = new ArrayList<>();

    @Option(
            names = "--classes",
            converter = ClassCount.class,
            paramLabel = "N",
            description = "Classes of the network. Default: those of the weights")
    private @Nullable Integer classes;

    @Option(
            names = "--train",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The images, labels ignored; repeatable.")
    private List<Path> train = new ArrayList<>();

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where relative paths in lists start. Default: each list's folder")
    private @Nullable Path root;

    @Option(
            names = "--recipe",
            paramLabel = "NAME",
            description = "The ready-made recipe whose views are drawn. Default: ssld")
    private @Nullable String recipe;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Instead: the recipe.yaml that students will train with.")
    private @Nullable Path config;

    @Option(
            names = "--size",
            paramLabel = "S",
            description =
                    "Sides of the views in pixels. Default: those of --config, else the first"
                            + " network's own")
    private @Nullable Integer size;

    @Option(
            names = "--views",
            required = true,
            paramLabel = "V",
            description = "Views of each image. Longer runs show them again.")
    private int views;

    @Option(
            names = "--k",
            paramLabel = "K",
            description = "Classes of each label. Default: ${DEFAULT-VALUE}",
            defaultValue = "10")
    private int topK;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Fixes the views. Default: 0",
            defaultValue = "0")
    private long seed;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Views at once. Default: ${DEFAULT-VALUE}",
            defaultValue = "64")
    private int batch;

    @Option(
            names = "--workers",
            paramLabel = "W",
            description = "Threads that decode and augment. Default: one a processor")
    private @Nullable Integer workers;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description = "Record share I of N of the images, to be merged with the others.")
    private @Nullable String shard;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "STORE",
            description = "The folder of the store; new or empty.")
    private Path out;

    @Option(names = "--resume", description = "Go on with an unfinished recording in the folder.")
    private boolean resume;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    LabelRecordCommand() {}

    /** What the command says. */
    record Answer(
            String store,
            long images,
            int views,
            long resumed,
            int quarantined,
            double seconds,
            double viewsPerSecond) {

        static Answer of(RecordingResult result) {
            long all = (result.images() + result.quarantined().size()) * result.views();
            return new Answer(
                    result.store().toString(),
                    result.images(),
                    result.views(),
                    result.resumed(),
                    result.quarantined().size(),
                    result.seconds(),
                    Math.max(0, all - result.resumed()) / Math.max(result.seconds(), 1e-9));
        }
    }

    @Override
    public Integer call() throws Exception {
        return StopOnSignal.telling(spec, this::record);
    }

    private int record() throws Exception {
        LabelRecorder.Builder recorder = checked();
        ImageList images = lists.read(train.get(0), root);
        for (Path more : train.subList(1, train.size())) {
            images = images.merge(lists.read(more, root));
        }
        List<OpenModel> opened = new ArrayList<>();
        try (LabelBar bar = new LabelBar("views")) {
            for (ModelSpec model : models) {
                OpenModel one = ModelOpener.open(model, classes);
                opened.add(one);
                recorder.addTeacher(one.taught(one.teacher()));
            }
            draw(recorder, opened.get(0));
            RecordingResult result =
                    recorder.optNormalization(opened.get(0).normalization())
                            .addListener(progress -> bar.onProgress(shown(progress)))
                            .build()
                            .record(images.unlabelled(), out);
            print(Answer.of(result));
        } finally {
            opened.forEach(OpenModel::close);
        }
        return 0;
    }

    /** Checks what no file is needed for. */
    private LabelRecorder.Builder checked() {
        if (recipe != null && config != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--recipe must not stand beside --config, but both were given");
        }
        Usage.atLeastOne(spec, "--views", views);
        Usage.atLeastOne(spec, "--k", topK);
        Usage.atLeastOne(spec, "--batch", batch);
        if (size != null) {
            Usage.atLeastOne(spec, "--size", size);
        }
        LabelRecorder.Builder recorder =
                LabelRecorder.builder()
                        .setViewCount(views)
                        .optTopK(topK)
                        .optSeed(seed)
                        .optBatchSize(batch)
                        .optResume(resume);
        if (workers != null) {
            Usage.atLeastOne(spec, "--workers", workers);
            recorder.optWorkers(workers);
        }
        if (shard != null) {
            String[] parts = shard.split("/", -1);
            try {
                recorder.optShard(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--shard must be I/N with I from 1 to N, but was " + shard,
                        e);
            }
        }
        return recorder;
    }

    /** The views and their size: of the recipe that students will train with. */
    private void draw(LabelRecorder.Builder recorder, OpenModel network) throws IOException {
        Recipe drawn =
                config == null
                        ? Usage.check(
                                spec, () -> Recipe.named(recipe == null ? "ssld" : recipe).build())
                        : RecipeYaml.read(config);
        recorder.setViews(drawn.views());
        if (size != null) {
            recorder.setSize(size);
        } else if (config != null) {
            recorder.setSize(drawn.height(), drawn.width());
        } else {
            recorder.setSize(network.preprocessing().crop());
        }
    }

    private static LabelProgress shown(RecordingProgress progress) {
        return new LabelProgress(
                progress.done(),
                progress.total(),
                progress.quarantined(),
                progress.viewsPerSecond(),
                progress.secondsLeft());
    }

    private void print(Answer answer) {
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(answer));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "%d images with %d views each labelled, %d images quarantined, %d views by an"
                            + " earlier run; %.1f s, %.0f views/s%nStore: %s%n",
                    answer.images(),
                    answer.views(),
                    answer.quarantined(),
                    answer.resumed(),
                    answer.seconds(),
                    answer.viewsPerSecond(),
                    answer.store());
        }
        stdout.flush();
    }
}
