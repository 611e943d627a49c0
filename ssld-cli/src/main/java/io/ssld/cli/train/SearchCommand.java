package io.ssld.cli.train;

import io.ssld.base.internal.GrowingFolder;
import io.ssld.base.internal.Json;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.Printable;
import io.ssld.cli.common.StopOnSignal;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.StopSignal;
import io.ssld.core.search.Candidate;
import io.ssld.core.search.CoordinateResult;
import io.ssld.core.search.HyperParameterSearch;
import io.ssld.core.search.SearchListener;
import io.ssld.core.search.SearchResult;
import io.ssld.core.search.TrialResult;
import io.ssld.core.train.Recipe;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.Parameters;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code ssld search}. */
@Command(
        name = "search",
        description =
                "Search better values for a recipe by training: learning rate, then training size,"
                        + " RandAugment, erasing and rate multipliers, each winner kept.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class SearchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private StartOptions start;

    @Mixin private SearchOptions candidates;

    @Option(
            names = "--budget",
            paramLabel = "N",
            description = "The most trials, those before --resume included. Default: all")
    private @Nullable Integer budget;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description =
                    "Begin no trial once they took so long together, such as 90m or 1h30m; those"
                            + " before --resume included. Default: no limit")
    private @Nullable Duration timeLimit;

    @Mixin private TrainingOptions training;
    @Mixin private RecipeOptions recipes;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SearchCommand() {}

    @Override
    public Integer call() throws Exception {
        if (training.autoTune()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--auto-tune must not go with search, whose trials would each measure anew;"
                            + " give --workers");
        }
        GrowingFolder place = training.place(OutputKinds.SEARCH, spec);
        ModelSpec model = start.model(spec);
        int classes = Classes.of(training, spec);
        ImageList train = training.train();
        ImageList validation = training.validation();
        HyperParameterSearch.Builder search = HyperParameterSearch.builder();
        Recipe recipe;
        try (OpenModel network = ModelOpener.openForClasses(model, classes, recipes.seed())) {
            Recipe checked =
                    RecipeOptions.checked(spec, recipes, "supervised", network.preprocessing());
            recipe = checked;
            boolean loaded = !(model.weights() instanceof ModelSpec.Weights.Random);
            search.setRecipe(recipe)
                    .setFolder(training.out())
                    .optSpace(Usage.check(spec, () -> candidates.space(checked, network, loaded)))
                    .optResume(training.resume())
                    .addFact("network", network.architecture().modelName())
                    .addFact("first weights", Parameters.digest(network.block()))
                    .addFact("training images", train.digest())
                    .addFact("validation images", validation.digest());
            // Unnamed in 32 bits, as in searches that were begun before there was a choice.
            if (training.precision() != Precision.FLOAT32) {
                search.addFact("precision", training.precision().name());
            }
        }
        return StopOnSignal.during(
                spec,
                signal -> {
                    try (ProgressOfTrainings progress = new ProgressOfTrainings()) {
                        search.setTrial(trial(model, classes, train, validation, signal, progress));
                        run(search, recipe, place);
                    }
                });
    }

    private SearchTrial trial(
            ModelSpec model,
            int classes,
            ImageList train,
            ImageList validation,
            StopSignal signal,
            ProgressOfTrainings progress) {
        return new SearchTrial(
                model,
                classes,
                train,
                validation,
                training.data().workers(),
                training.precision(),
                training.checkpoints(),
                Usage.arguments(spec),
                signal,
                () -> progress.start("trial"));
    }

    private void run(HyperParameterSearch.Builder builder, Recipe recipe, GrowingFolder place)
            throws Exception {
        if (budget != null) {
            builder.optMaxTrials(budget);
        }
        if (timeLimit != null) {
            builder.optTimeLimit(timeLimit);
        }
        HyperParameterSearch search =
                Usage.check(spec, () -> builder.addListener(new Told()).build());
        System.err.printf(
                "Searching into %s, from%n%s%n",
                Printable.of(training.out().toString()), RecipeYaml.text(recipe).indent(2));
        place.fill(() -> print(search.run()));
    }

    /** Says on the error stream what is tried. */
    private static final class Told implements SearchListener {
        @Override
        public void onTrial(int number, int most, Candidate candidate, Recipe recipe) {
            System.err.printf(
                    Locale.ROOT,
                    "trial %d of %d: %s %s%n",
                    number,
                    most,
                    candidate.coordinate().title(),
                    candidate.text());
        }

        @Override
        public void onResult(TrialResult trial, boolean known) {
            System.err.printf(
                    Locale.ROOT,
                    "trial %d: %s %s has top-1 %.2f %%%s%n",
                    trial.number(),
                    trial.coordinate().title(),
                    trial.value(),
                    100 * trial.score(),
                    known ? " (known)" : "");
        }
    }

    private void print(SearchResult result) {
        PrintWriter out = spec.commandLine().getOut();
        Path best = training.out().resolve("best.json");
        if (training.json()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("top1", result.score());
            answer.put("end", result.end());
            answer.put("trials", result.trials().size());
            answer.put("seconds", result.seconds());
            answer.put("recipe", result.best().toMap());
            answer.put("best", best);
            out.println(Json.toString(answer));
        } else {
            for (CoordinateResult each : result.coordinates()) {
                out.println(each.coordinate().title());
                for (int i = 0; i < each.tried().size(); i++) {
                    out.printf(
                            Locale.ROOT,
                            "  %-24s %6.2f %%%s%n",
                            each.values().get(i),
                            100 * each.tried().get(i).score(),
                            i == each.winner() ? "  kept" : "");
                }
            }
            out.printf(
                    Locale.ROOT,
                    "Best top-1 %.2f %% after %d trials, %.0f s: %s%nRecipe: %s%n",
                    100 * result.score(),
                    result.trials().size(),
                    result.seconds(),
                    result.end().text(),
                    best);
        }
        out.flush();
    }

    /** Times as people write them. */
    static final class TimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "time must be hours, minutes and seconds such as 1h30m or 45s, but was "
                                + text);
            }
        }
    }
}
