package io.ssld.examples.cli;

import io.ssld.core.DistillationResult;
import io.ssld.core.Distiller;
import io.ssld.core.RunBuilder;
import io.ssld.core.RunListener;
import io.ssld.core.StopSignal;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.TrainingResult;
import io.ssld.core.train.Recipe;
import io.ssld.finetuning.EvaluationPreprocessing;
import io.ssld.finetuning.RunNotes;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.io.PrintWriter;

/** A run of a network that is open already, which is a model folder at the end. */
final class Training {

    private final TrainingOptions options;
    private final RunSetup setup;
    private final OpenModel network;

    Training(TrainingOptions options, Recipe recipe, OpenModel network) {
        this.options = options;
        this.setup = new RunSetup(options, recipe);
        this.network = network;
    }

    /** Makes room for the run, and says how it trains. */
    void announce(String title) throws IOException {
        setup.announce(title);
    }

    Distiller.Builder distiller(StopSignal stop, RunListener progress) {
        Distiller.Builder run = Distiller.builder().setStudent(network.model());
        configure(run, stop, progress);
        return run;
    }

    SupervisedTrainer.Builder trainer(StopSignal stop, RunListener progress) {
        SupervisedTrainer.Builder run = SupervisedTrainer.builder().setModel(network.model());
        configure(run, stop, progress);
        return run;
    }

    private void configure(RunBuilder<?> run, StopSignal stop, RunListener progress) {
        run.optRecipe(setup.recipe());
        run.optNormalization(network.normalization());
        run.optRunFolder(options.out());
        run.optResume(options.resume());
        setup.configure(run, options.out(), stop, progress);
    }

    /** Saves the network as a model folder and prints what came out. */
    void finish(DistillationResult result, String teacher, PrintWriter out) throws IOException {
        save(RunNotes.of(result, teacher, options.out()));
        setup.print(RunSetup.answer(result, options.out()), out);
    }

    /** Saves the network as a model folder and prints what came out. */
    void finish(TrainingResult result, PrintWriter out) throws IOException {
        save(RunNotes.of(result, options.out()));
        setup.print(RunSetup.answer(result, options.out()), out);
    }

    private void save(ModelNotes notes) throws IOException {
        SavedModel.of(network.architecture(), options.classNames(network.classes()))
                .withDropout(network.dropout())
                .withPreprocessing(
                        EvaluationPreprocessing.of(network.preprocessing(), setup.recipe()))
                .write(options.out().resolve(RunSetup.MODEL), network.block(), notes);
    }
}
