package io.ssld.cli.train;

import io.ssld.base.internal.GrowingFolder;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.Progress;
import io.ssld.cli.common.StopOnSignal;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.Distiller;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.StopSignal;
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
        versionProvider = Version.class,
        sortOptions = false)
public final class DistillCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private DistillOptions distillation;
    @Mixin private TrainingOptions training;
    @Mixin private RecipeOptions recipes;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    DistillCommand() {}

    @Override
    public Integer call() throws Exception {
        GrowingFolder place = training.place(OutputKinds.RUN, spec);
        try (DistillOptions.Opened opened = distillation.open(training.data(), recipes)) {
            Training run =
                    new Training(
                            training,
                            place,
                            opened.recipe(),
                            opened.student(),
                            opened.teacher().classNames(),
                            spec);
            return StopOnSignal.during(spec, signal -> distill(run, opened, signal));
        }
    }

    private void distill(Training run, DistillOptions.Opened opened, StopSignal signal)
            throws Exception {
        ImageList validation = training.validation();
        try (Progress progress = Progress.of("distill")) {
            Distiller distiller =
                    Usage.check(
                            spec,
                            () ->
                                    run.distiller(opened.teacherName(), signal, progress)
                                            .setTeacher(opened.teacher())
                                            .setLoss(opened.loss())
                                            .build());
            run.run(
                    "Distilling " + opened.teacherName() + " into " + opened.student().name(),
                    () ->
                            run.print(
                                    distiller.distill(opened.images(), validation),
                                    spec.commandLine().getOut()));
        }
    }
}
