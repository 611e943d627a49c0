package io.ssld.examples.cli;

import io.ssld.core.StopSignal;
import io.ssld.core.TrainingResult;
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
        versionProvider = Ssld.Version.class,
        sortOptions = false)
final class TrainCommand implements Callable<Integer> {

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
        int classes = Classes.of(training, spec);
        try (OpenModel network = ModelOpener.openForClasses(model, classes, recipes.seed())) {
            Recipe recipe =
                    RecipeOptions.checked(spec, recipes, "supervised", network.preprocessing());
            Training run = new Training(training, recipe, network);
            run.announce("Training " + network.name());
            return StopOnSignal.during(spec, signal -> train(run, signal));
        }
    }

    private void train(Training run, StopSignal signal) throws Exception {
        try (Progress progress = Progress.of("train")) {
            TrainingResult result =
                    run.trainer(signal, progress)
                            .build()
                            .train(training.train(), training.validation());
            run.finish(result, spec.commandLine().getOut());
        }
    }
}
