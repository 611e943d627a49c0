package io.ssld.cli.train;

import io.ssld.base.internal.GrowingFolder;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.Progress;
import io.ssld.cli.common.StopOnSignal;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.StopSignal;
import io.ssld.core.train.Recipe;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld train}. */
@Command(
        name = "train",
        description = "Train a network with labels: to make a teacher, or a baseline.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class TrainCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = ModelSpec.LABEL,
            converter = ModelSpec.Converter.class,
            description = ModelSpec.HELP)
    private ModelSpec model;

    @Mixin private TrainingOptions training;
    @Mixin private RecipeOptions recipes;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    TrainCommand() {}

    @Override
    public Integer call() throws Exception {
        GrowingFolder place = training.place(OutputKinds.RUN, spec);
        int classes = Classes.of(training, spec);
        try (OpenModel network = ModelOpener.openForClasses(model, classes, recipes.seed())) {
            training.data().requireClasses("--model " + network.name(), network.classNames());
            Recipe recipe =
                    RecipeOptions.checked(spec, recipes, "supervised", network.preprocessing());
            Training run =
                    new Training(training, place, recipe, network, network.classNames(), spec);
            return StopOnSignal.during(
                    spec, signal -> train(run, "Training " + network.name(), signal));
        }
    }

    private void train(Training run, String title, StopSignal signal) throws Exception {
        ImageList images = training.train();
        ImageList validation = training.validation();
        try (Progress progress = Progress.of("train")) {
            SupervisedTrainer trainer =
                    Usage.check(spec, () -> run.trainer(signal, progress).build());
            run.run(
                    title,
                    () ->
                            run.print(
                                    trainer.train(images, validation),
                                    spec.commandLine().getOut()));
        }
    }
}
