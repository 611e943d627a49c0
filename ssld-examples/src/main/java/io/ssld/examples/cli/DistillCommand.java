package io.ssld.examples.cli;

import io.ssld.core.DistillationResult;
import io.ssld.core.StopSignal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Spec private CommandSpec spec;

    @Mixin private DistillOptions distillation;
    @Mixin private TrainingOptions training;
    @Mixin private RecipeOptions recipes;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    DistillCommand() {}

    @Override
    public Integer call() throws Exception {
        try (DistillOptions.Opened opened = distillation.open(training.data(), recipes)) {
            Training run = new Training(training, opened.recipe(), opened.student());
            run.announce("Distilling " + opened.teacherName() + " into " + opened.student().name());
            return StopOnSignal.during(spec, signal -> distill(run, opened, signal));
        }
    }

    private void distill(Training run, DistillOptions.Opened opened, StopSignal signal)
            throws Exception {
        try (Progress progress = Progress.of("distill")) {
            DistillationResult result =
                    run.distiller(signal, progress)
                            .setTeacher(opened.teacher())
                            .setLoss(opened.loss())
                            .build()
                            .distill(opened.images(), training.validation());
            run.finish(result, opened.teacherName(), spec.commandLine().getOut());
        }
    }
}
