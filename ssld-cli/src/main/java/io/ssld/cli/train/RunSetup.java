package io.ssld.cli.train;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.Printable;
import io.ssld.cli.common.Usage;
import io.ssld.core.RunBuilder;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.run.StopSignal;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;

/** What all training commands do around a run: the recipe told and saved, the result printed. */
final class RunSetup {

    static final String MODEL = "model";

    private static final String RECIPE = "recipe.yaml";

    private final TrainingOptions options;
    private final Recipe recipe;
    private final List<String> commandLine;

    RunSetup(TrainingOptions options, Recipe recipe, CommandSpec command) {
        this.options = options;
        this.recipe = recipe;
        this.commandLine = Usage.arguments(command);
    }

    Recipe recipe() {
        return recipe;
    }

    /** Says how the run trains. */
    void announce(String title) {
        System.err.printf(
                "%s into %s%n%s%n",
                Printable.of(title),
                Printable.of(options.out().toString()),
                Printable.lines(RecipeYaml.text(recipe).indent(2)));
    }

    /** Tells a run what the command line says of threads, checkpoints, progress and stopping. */
    void configure(RunBuilder<?> run, Path folder, StopSignal stop, RunListener progress) {
        options.workers().ifPresent(run::optWorkers);
        run.optAutoTune(options.autoTune());
        run.optPrecision(options.precision());
        // The lists were looked at more strictly when they were read.
        run.optAllowMissing(true);
        run.optCheckpoints(options.checkpoints());
        run.optStopSignal(stop);
        run.optCommandLine(commandLine);
        run.addListener(new SavedRecipe(folder));
        run.addListener(progress);
    }

    /** Writes the recipe into the run folder as soon as that belongs to the run. */
    private final class SavedRecipe implements RunListener {

        private final Path folder;

        SavedRecipe(Path folder) {
            this.folder = folder;
        }

        @Override
        public void onStart(RunStart start) {
            try {
                RecipeYaml.write(folder.resolve(RECIPE), recipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What a run says of itself at the end; no top-5 accuracy where it is 1 by nature. */
    static Map<String, Object> answer(TrainingResult result, int classes, Path run) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("top1", result.evaluation().top1());
        answer.put("top5", result.evaluation().top5(classes).orElse(null));
        answer.put("examples", result.evaluation().examples());
        answer.put("epochs", result.epochs().size());
        answer.put("parameters", result.parameters());
        answer.put("seconds", result.seconds());
        answer.put("quarantined", result.quarantined().size());
        answer.put("run", run.toString());
        answer.put("model", run.resolve(MODEL).toString());
        return answer;
    }

    /** The same of a distillation. */
    static Map<String, Object> answer(DistillationResult result, int classes, Path run) {
        Map<String, Object> answer = answer(result.training(), classes, run);
        // A replayed teacher is not there to be measured.
        if (result.teacherEvaluation().examples() > 0) {
            answer.put("teacherTop1", result.teacherEvaluation().top1());
            answer.put("agreement", result.agreement());
        }
        return answer;
    }

    void print(Map<String, Object> answer, PrintWriter out) {
        if (options.json()) {
            out.println(Json.toString(answer));
        } else {
            answer.values().removeIf(Objects::isNull);
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
}
