package io.ssld.cli.train;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.OutputFile;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.Distiller;
import io.ssld.core.plan.DistillationPlan;
import io.ssld.core.plan.PlanSettings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld plan}. */
@Command(
        name = "plan",
        description =
                "Tell what 'ssld distill' with these options would cost, from a few timed steps;"
                        + " nothing is trained, and no run folder is made.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class PlanCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private DistillOptions distillation;
    @Mixin private DataOptions data;

    @Option(
            names = "--views",
            paramLabel = "V",
            description = "Views of each image in a label store. Default: one an epoch")
    private @Nullable Integer views;

    @Option(
            names = "--k",
            paramLabel = "K",
            description = "Classes of each label. Default: ${DEFAULT-VALUE}",
            defaultValue = "10")
    private int topK;

    @Option(
            names = "--students",
            paramLabel = "N",
            description = "Students that would share the store. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private int students;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each kind that are timed. Default: ${DEFAULT-VALUE}",
            defaultValue = "5")
    private int steps;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the plan into a file as well, as JSON.")
    private @Nullable Path json;

    @Option(names = "--force", description = "Replace the file of --json.")
    private boolean force;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Taken from a line of 'ssld distill', and not used: nothing is written.")
    private @Nullable String unused; // a place on another machine, perhaps

    @Mixin private RecipeOptions recipes;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    PlanCommand() {}

    @Override
    public Integer call() throws Exception {
        PlanSettings settings = Usage.check(spec, this::settings);
        Path file = json;
        if (file != null) {
            OutputFile.requireNew("--json", file, force);
        }
        try (DistillOptions.Opened opened = distillation.open(data, recipes)) {
            DistillationPlan plan =
                    Distiller.builder()
                            .setStudent(opened.student().model())
                            .setTeacher(opened.teacher())
                            .setLoss(opened.loss())
                            .optRecipe(opened.recipe())
                            .optNormalization(opened.student().normalization())
                            .optWorkers(data.workers())
                            // The lists were looked at more strictly when they were read.
                            .optAllowMissing(true)
                            .build()
                            .plan(opened.images(), data.validation(), settings);
            if (file != null) {
                Json.write(file, plan);
            }
            PlanTable.print(
                    "Distilling " + opened.teacherName() + " into " + opened.student().name(),
                    plan,
                    spec.commandLine().getOut());
            return 0;
        }
    }

    private PlanSettings settings() {
        PlanSettings chosen =
                PlanSettings.standard().withTopK(topK).withStudents(students).withSteps(steps);
        return views == null ? chosen : chosen.withViews(views);
    }
}
