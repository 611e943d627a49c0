package io.ssld.cli.train;

import ai.djl.TrainingDivergedException;
import ai.djl.translate.TranslateException;
import io.ssld.cli.common.Folders;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.Printable;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStatus;
import io.ssld.core.run.StopSignal;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.search.Trial;
import io.ssld.core.train.Recipe;
import io.ssld.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A supervised training as a trial of a search, with the best top-1 of its epochs as score. Each
 * starts from the same weights; one that was interrupted goes on from its checkpoint.
 *
 * @param model the network, whose first weights have a seed
 * @param classes the number of classes
 * @param train the images to learn from
 * @param validation the images to measure on
 * @param workers threads that decode
 * @param precision what the network's convolutions compute in
 * @param checkpoints when to save
 * @param commandLine the arguments of the search
 * @param stop asks to stop
 * @param progress makes one who follows a training
 */
record SearchTrial(
        ModelSpec model,
        int classes,
        ImageList train,
        ImageList validation,
        int workers,
        Precision precision,
        CheckpointPolicy checkpoints,
        List<String> commandLine,
        StopSignal stop,
        Supplier<RunListener> progress)
        implements Trial {

    @Override
    public double score(Recipe recipe, Path folder) throws IOException, TranslateException {
        if (RunStatus.isRun(folder)) {
            RunStatus status = RunStatus.read(folder);
            // Done, but interrupted before the search noted it down.
            if (status.state() == RunStatus.State.COMPLETE) {
                return status.bestTop1().orElse(Double.NaN);
            }
        }
        double best = train(recipe, folder);
        // Of use only to a run that is not done, and several times the size of the network.
        Folders.delete(folder.resolve("checkpoints"));
        return best;
    }

    private double train(Recipe recipe, Path folder) throws IOException, TranslateException {
        try (OpenModel network = ModelOpener.openForClasses(model, classes, recipe.seed())) {
            TrainingResult result =
                    SupervisedTrainer.builder()
                            .setModel(network.model())
                            .optRecipe(recipe)
                            .optNormalization(network.normalization())
                            .optWorkers(workers)
                            .optPrecision(precision)
                            // The lists were looked at more strictly when they were read.
                            .optAllowMissing(true)
                            .optRunFolder(folder)
                            .optResume(true)
                            .optCheckpoints(checkpoints)
                            .optStopSignal(stop)
                            .optCommandLine(commandLine)
                            .addListener(progress.get())
                            .build()
                            .train(train, validation);
            return result.epochs().stream()
                    .mapToDouble(EpochSummary::bestTop1)
                    .max()
                    .orElse(Double.NaN);
        } catch (TrainingDivergedException e) {
            System.err.println("search  diverged: " + Printable.of(String.valueOf(e.getMessage())));
            return Double.NaN;
        }
    }
}
