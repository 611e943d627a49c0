package io.ssld.examples.cli;

import io.ssld.core.DistillationResult;
import io.ssld.core.Distiller;
import io.ssld.core.RunListener;
import io.ssld.core.RunStart;
import io.ssld.core.RunStatus;
import io.ssld.core.StopSignal;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.TrainingResult;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.report.Json;
import io.ssld.core.train.Recipe;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A run of a training command: the recipe told and saved first, the run, the trained network as a
 * model folder at the end.
 */
final class Training {

    private static final String RECIPE = "recipe.yaml";
    private static final String MODEL = "model";

    private final TrainingOptions options;
    private final Recipe recipe;
    private final OpenModel network;

    Training(TrainingOptions options, Recipe recipe, OpenModel network) {
        this.options = options;
        this.recipe = recipe;
        this.network = network;
    }

    /** Makes room for the run, and says how it trains. */
    void announce(String title) throws IOException {
        Path out = options.out();
        if (options.force() && RunStatus.isRun(out)) {
            if (RunStatus.read(out).state() == RunStatus.State.RUNNING) {
                throw new IOException(
                        "--force must not delete a run that goes on, but a process trains in "
                                + out);
            }
            Folders.delete(out);
        }
        System.err.printf("%s into %s%n%s%n", title, out, RecipeYaml.text(recipe).indent(2));
    }

    /** Settings that both kinds of run take, on either builder. */
    CheckpointPolicy checkpoints() {
        CheckpointPolicy standard = CheckpointPolicy.standard();
        Long steps = options.saveEvery();
        return steps == null ? standard : standard.everySteps(steps);
    }

    Distiller.Builder distiller(StopSignal stop, RunListener progress) {
        return Distiller.builder()
                .setStudent(network.model())
                .optRecipe(recipe)
                .optNormalization(network.normalization())
                .optWorkers(options.workers())
                .optRunFolder(options.out())
                .optResume(options.resume())
                .optCheckpoints(checkpoints())
                .optStopSignal(stop)
                .addListener(new SavedRecipe())
                .addListener(progress);
    }

    SupervisedTrainer.Builder trainer(StopSignal stop, RunListener progress) {
        return SupervisedTrainer.builder()
                .setModel(network.model())
                .optRecipe(recipe)
                .optNormalization(network.normalization())
                .optWorkers(options.workers())
                .optRunFolder(options.out())
                .optResume(options.resume())
                .optCheckpoints(checkpoints())
                .optStopSignal(stop)
                .addListener(new SavedRecipe())
                .addListener(progress);
    }

    /** Writes the recipe into the run folder as soon as that belongs to the run. */
    private final class SavedRecipe implements RunListener {
        @Override
        public void onStart(RunStart start) {
            try {
                RecipeYaml.write(options.out().resolve(RECIPE), recipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Saves the network as a model folder and prints what came out. */
    void finish(DistillationResult result, String teacher, PrintWriter out) throws IOException {
        ModelNotes.Builder notes = notes(result.student()).optTeacher(teacher);
        notes.addMetric("agreement with the teacher", percent(result.agreement()));
        Map<String, Object> answer = answer(result.student());
        answer.put("teacherTop1", result.teacher().top1());
        answer.put("agreement", result.agreement());
        save(notes.build());
        print(answer, out);
    }

    /** Saves the network as a model folder and prints what came out. */
    void finish(TrainingResult result, PrintWriter out) throws IOException {
        save(notes(result).build());
        print(answer(result), out);
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
                        network.preprocessing().withCrop(evaluated()).withResizeShort(shortSide()))
                .write(options.out().resolve(MODEL), network.block(), notes);
    }

    private int evaluated() {
        return recipe.evaluationSize().map(size -> size.height()).orElse(recipe.height());
    }

    private int shortSide() {
        return recipe.shortSide().orElse((int) Math.round(evaluated() * 256.0 / 224));
    }

    private Map<String, Object> answer(TrainingResult result) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("top1", result.evaluation().top1());
        answer.put("top5", result.evaluation().top5());
        answer.put("examples", result.evaluation().examples());
        answer.put("epochs", result.epochs().size());
        answer.put("parameters", result.parameters());
        answer.put("seconds", result.seconds());
        answer.put("quarantined", result.quarantined().size());
        answer.put("run", options.out().toString());
        answer.put("model", options.out().resolve(MODEL).toString());
        return answer;
    }

    private void print(Map<String, Object> answer, PrintWriter out) {
        if (options.json()) {
            out.println(Json.toString(answer));
        } else {
            answer.forEach(
                    (name, value) ->
                            out.printf(
                                    Locale.ROOT,
                                    "%-12s %s%n",
                                    name,
                                    value instanceof Double number
                                            ? String.format(Locale.ROOT, "%.4f", number)
                                            : value));
        }
        out.flush();
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
    }
}
