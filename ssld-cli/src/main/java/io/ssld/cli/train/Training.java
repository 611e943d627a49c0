package io.ssld.cli.train;

import io.ssld.base.internal.GrowingFolder;
import io.ssld.cli.common.OpenModel;
import io.ssld.core.Distiller;
import io.ssld.core.RunBuilder;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StopSignal;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.run.internal.RunEnd;
import io.ssld.core.train.Recipe;
import io.ssld.finetuning.internal.EvaluationPreprocessing;
import io.ssld.finetuning.internal.RunNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** A run of a network that is open already, which is a model folder at the end. */
final class Training {

    private final TrainingOptions options;
    private final RunSetup setup;
    private final OpenModel network;
    private final SavedModel description;
    private final GrowingFolder place;
    private String teacher = "";

    /**
     * Checks what the model folder will say, before there is anything to put into it.
     *
     * @param names of the classes that are learned, where no folder tells them
     */
    Training(
            TrainingOptions options,
            GrowingFolder place,
            Recipe recipe,
            OpenModel network,
            List<String> names,
            CommandSpec command)
            throws IOException {
        this.options = options;
        this.setup = new RunSetup(options, recipe, command);
        this.place = place;
        this.network = network;
        description =
                SavedModel.of(network.architecture(), options.classNames(network.classes(), names))
                        .withDropout(network.dropout())
                        .withPreprocessing(
                                EvaluationPreprocessing.of(network.preprocessing(), recipe));
    }

    /** Says how the run trains, and does it. */
    void run(String title, GrowingFolder.Filling training) throws Exception {
        setup.announce(title);
        place.fill(training);
    }

    Distiller.Builder distiller(String teacherName, StopSignal stop, RunListener progress) {
        teacher = teacherName;
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
        run.addArtefact(RunSetup.MODEL, this::save);
        setup.configure(run, options.out(), stop, progress);
    }

    /** Prints what came out. */
    void print(DistillationResult result, PrintWriter out) {
        setup.print(RunSetup.answer(result, network.classes(), options.out()), out);
    }

    /** Prints what came out. */
    void print(TrainingResult result, PrintWriter out) {
        setup.print(RunSetup.answer(result, network.classes(), options.out()), out);
    }

    private void save(Path folder, RunEnd end) throws IOException {
        SavedModel.delete(folder);
        description.write(folder, network.block(), RunNotes.of(end, teacher));
    }
}
