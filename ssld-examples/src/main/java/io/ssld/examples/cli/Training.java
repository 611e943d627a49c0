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
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

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
        ModelNotes.Builder notes = notes(result.student()).optTeacher(teacher);
        // A replayed teacher is not there to be measured.
        if (result.teacher().examples() > 0) {
            notes.addMetric("agreement with the teacher", percent(result.agreement()));
        }
        save(notes.build());
        setup.print(RunSetup.answer(result, options.out()), out);
    }

    /** Saves the network as a model folder and prints what came out. */
    void finish(TrainingResult result, PrintWriter out) throws IOException {
        save(notes(result).build());
        setup.print(RunSetup.answer(result, options.out()), out);
    }

    private ModelNotes.Builder notes(TrainingResult result) {
        return ModelNotes.builder()
                .addMetric("top-1", percent(result.evaluation().top1()))
                .addMetric("top-5", percent(result.evaluation().top5()))
                .optProvenance(options.out().resolve("provenance.json"));
    }

    private void save(ModelNotes notes) throws IOException {
        SavedModel.of(network.architecture(), options.classNames(network.classes()))
                .withDropout(network.dropout())
                .withPreprocessing(
                        EvaluationPreprocessing.of(network.preprocessing(), setup.recipe()))
                .write(options.out().resolve(RunSetup.MODEL), network.block(), notes);
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
    }
}
