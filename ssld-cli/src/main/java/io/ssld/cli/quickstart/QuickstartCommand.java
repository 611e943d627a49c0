package io.ssld.cli.quickstart;

import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.Json;
import io.ssld.base.internal.OutputFolder;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.Version;
import io.ssld.cli.train.ProgressOfTrainings;
import io.ssld.core.evaluation.Evaluation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld quickstart}. */
@Command(
        name = "quickstart",
        description =
                "Train one small student three ways on embedded Fashion-MNIST images: with labels"
                        + " only, distilled without labels, and distilled without labels on an"
                        + " unlabelled pool as well.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class QuickstartCommand implements Callable<Integer> {

    private static final int DEFAULT_EPOCHS = 12;

    @Spec private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the run goes; new or empty. Default: ${DEFAULT-VALUE}",
            defaultValue = "runs/quickstart")
    private Path out;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Train every student N times, with seeds S to S+N-1. Default: 1",
            defaultValue = "1")
    private int seeds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "The first seed. Default: ${DEFAULT-VALUE}",
            defaultValue = "0")
    private long seed;

    @Option(
            names = "--epochs",
            paramLabel = "E",
            description =
                    "Length of each training, 78 steps of 64 images an epoch. Default: "
                            + DEFAULT_EPOCHS
                            + ", or 10 with --train-teacher")
    private @Nullable Integer epochs;

    @Option(names = "--force", description = "Replace the folder of an earlier run.")
    private boolean force;

    @Option(
            names = "--json",
            description = "Print results.json instead of the table; progress goes to stderr.")
    private boolean json;

    @Option(
            names = "--train-teacher",
            paramLabel = "DIR",
            description =
                    "Instead: train the embedded teacher anew, on the full data set in DIR (the"
                            + " four files of Debian's dataset-fashion-mnist) without the embedded"
                            + " images, and write teacher.safetensors.")
    private @Nullable Path fullSet;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "With --train-teacher: steps of an epoch. Default: one pass")
    private @Nullable Integer steps;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    QuickstartCommand() {}

    @Override
    public Integer call() throws Exception {
        requireAtLeastOne("--seeds", seeds);
        requireAtLeastOne("--epochs", epochs);
        requireAtLeastOne("--steps", steps);
        if (fullSet == null && steps != null) {
            throw new ParameterException(
                    spec.commandLine(), "--steps must go with --train-teacher, but stands alone");
        }
        FolderKind kind = fullSet == null ? OutputKinds.QUICKSTART : OutputKinds.TEACHER;
        try (OutputFolder folder = OutputFolder.open("--out", out, force, kind)) {
            return fullSet == null ? compare(folder) : trainTeacher(folder, fullSet);
        }
    }

    private void requireAtLeastOne(String option, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be at least 1, but was " + value);
        }
    }

    private int compare(OutputFolder folder) throws Exception {
        int length = epochs == null ? DEFAULT_EPOCHS : epochs;
        System.err.printf(
                Locale.ROOT,
                "Label-free distillation on Fashion-MNIST: 1,000 labelled images, a pool of 4,000"
                    + " without labels, 1,000 test images.%nThe pool is mined first: copies of test"
                    + " images and foreign ones are planted in it.%nThree trainings of %d epochs"
                    + " for each of %d seed(s), on %d processor(s).%n",
                length,
                seeds,
                Runtime.getRuntime().availableProcessors());
        List<Long> all = LongStream.range(seed, seed + seeds).boxed().toList();
        Results results;
        try (ProgressOfTrainings progress = new ProgressOfTrainings()) {
            results = new Quickstart(folder.path(), length, progress::start).run(all);
        }
        Path place = folder.complete();
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(results));
        } else {
            ResultsTable.print(results, stdout);
            stdout.printf("%nReport: %s%n", place.resolve("report.html"));
        }
        stdout.flush();
        return 0;
    }

    private int trainTeacher(OutputFolder folder, Path source) throws Exception {
        int length = epochs == null ? TeacherTraining.EPOCHS : epochs;
        Evaluation evaluation;
        try (ProgressOfTrainings progress = new ProgressOfTrainings()) {
            evaluation =
                    TeacherTraining.train(
                            source,
                            folder.path(),
                            length,
                            steps == null ? OptionalInt.empty() : OptionalInt.of(steps),
                            seed,
                            progress.start("teacher"));
        }
        Path place = folder.complete();
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(evaluation));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "Teacher: top-1 %.2f %% on %d test images that are not embedded%nWeights: %s%n",
                    100 * evaluation.top1(),
                    evaluation.examples(),
                    place.resolve("teacher.safetensors"));
        }
        stdout.flush();
        return 0;
    }
}
