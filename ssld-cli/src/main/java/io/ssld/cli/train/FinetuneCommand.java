package io.ssld.cli.train;

import io.ssld.base.internal.GrowingFolder;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.PretrainedSource;
import io.ssld.cli.common.Progress;
import io.ssld.cli.common.StopOnSignal;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.StopSignal;
import io.ssld.core.train.Freezing;
import io.ssld.core.train.Recipe;
import io.ssld.finetuning.ClassNames;
import io.ssld.finetuning.FineTunedModel;
import io.ssld.finetuning.FineTuner;
import io.ssld.finetuning.FineTunerBuilder;
import io.ssld.finetuning.Pretrained;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld finetune}. */
@Command(
        name = "finetune",
        description = "Take a pretrained network to classes of your own, by labels or a teacher.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class FinetuneCommand implements Callable<Integer> {

    private static final String TEACHER = "teacher";
    private static final String STUDENT = "student";
    private static final String RECOMMENDED = "recommended";
    private static final String NO_MULTIPLIERS = "none";

    @Spec private CommandSpec spec;

    @Mixin private StartOptions start;

    @Option(
            names = "--class-names",
            paramLabel = "FILE",
            description =
                    "The names of the classes, one a line, or a number and a name. Default: the"
                            + " folder's sub-folders, else numbers")
    private @Nullable Path classNames;

    @Option(
            names = "--multipliers",
            paramLabel = "recommended|none|M,M,…",
            defaultValue = RECOMMENDED,
            description =
                    "Factors of the learning rate, one a stage. Default: recommended, where"
                            + " PaddleClas does")
    private String multipliers;

    @Option(
            names = "--freeze",
            paramLabel = "PREFIX",
            description =
                    "A part of the network that stays as it is, running statistics included;"
                            + " repeatable.")
    private List<String> frozen = new ArrayList<>();

    @Option(
            names = "--min-images",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many labelled images every class needs. Default: ${DEFAULT-VALUE}")
    private int minImages;

    @Option(
            names = "--teacher",
            paramLabel = ModelSpec.TEACHER_LABEL,
            converter = ModelSpec.TeacherConverter.class,
            description =
                    "Learn from this network, fine-tuned first on the labelled images; the folder"
                            + " of a saved model of the same classes is used as it is.")
    private @Nullable ModelSpec teacher;

    @Option(
            names = "--unlabelled",
            paramLabel = "LIST|DIR",
            description = "With a teacher: more images to learn from; repeatable.")
    private List<Path> unlabelled = new ArrayList<>();

    @Mixin private TrainingOptions training;
    @Mixin private RecipeOptions recipes;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    FinetuneCommand() {}

    @Override
    public Integer call() throws Exception {
        GrowingFolder place = training.place(OutputKinds.FINE_TUNING, spec);
        ModelSpec model = start.model(spec);
        List<String> names = names();
        Pretrained pretrained = pretrained(model);
        Recipe recipe =
                withFrozen(
                        RecipeOptions.checked(
                                spec, recipes, "fineTune", pretrained.preprocessing()));
        RunSetup setup = new RunSetup(training, recipe, spec);
        ImageList images = named(training.train(), names);
        ImageList validation = named(training.validation(), names);
        List<ImageList> pools = new ArrayList<>();
        for (Path pool : unlabelled) {
            pools.add(training.read(pool));
        }
        try (OpenModel ready = readyTeacher(names)) {
            Optional<Pretrained> tuned =
                    teacher == null || ready != null
                            ? Optional.empty()
                            : Optional.of(pretrained(teacher));
            return StopOnSignal.during(
                    spec,
                    signal -> {
                        try (Progress teaching = Progress.of(TEACHER);
                                Progress learning = Progress.of("finetune")) {
                            FineTuner tuner =
                                    tuner(
                                            setup,
                                            pretrained,
                                            names,
                                            pools,
                                            ready,
                                            tuned,
                                            signal,
                                            teaching,
                                            learning);
                            setup.announce("Fine-tuning " + model.text());
                            place.fill(() -> tune(setup, tuner, images, validation, home(tuned)));
                        }
                    });
        }
    }

    private Path home(Optional<Pretrained> tuned) {
        return tuned.isPresent() ? training.out().resolve(STUDENT) : training.out();
    }

    private void tune(
            RunSetup setup, FineTuner tuner, ImageList images, ImageList validation, Path home)
            throws Exception {
        try (FineTunedModel result = tuner.tune(images, validation)) {
            setup.print(
                    result.distillation()
                            .map(
                                    distilled ->
                                            RunSetup.answer(
                                                    distilled,
                                                    result.description().classes(),
                                                    home))
                            .orElseGet(
                                    () ->
                                            RunSetup.answer(
                                                    result.result(),
                                                    result.description().classes(),
                                                    home)),
                    spec.commandLine().getOut());
        }
    }

    /** A tuner with all that the command line says. */
    private FineTuner tuner(
            RunSetup setup,
            Pretrained pretrained,
            List<String> names,
            List<ImageList> pools,
            @Nullable OpenModel ready,
            Optional<Pretrained> tuned,
            StopSignal signal,
            Progress teaching,
            Progress learning) {
        Path out = training.out();
        FineTunerBuilder builder =
                tuner(pretrained, names, setup.recipe())
                        .optOutput(out)
                        .optResume(training.resume())
                        .optRun(run -> setup.configure(run, home(tuned), signal, learning));
        if (!isWord(multipliers)) {
            builder.optMultipliers(factors());
        }
        if (ready != null) {
            builder.optTeacher(ready.taught(ready.teacher()));
        }
        if (tuned.isPresent()) {
            Path first = out.resolve(TEACHER);
            FineTunerBuilder other =
                    tuner(tuned.get(), names, setup.recipe())
                            .optRun(run -> setup.configure(run, first, signal, teaching));
            builder.optTeacher(Usage.check(spec, other::build));
        }
        pools.forEach(builder::addUnlabelled);
        return Usage.check(spec, builder::build);
    }

    /** What student and teacher have in common. */
    private FineTunerBuilder tuner(Pretrained start, List<String> names, Recipe recipe) {
        FineTunerBuilder builder =
                FineTuner.builder()
                        .setPretrained(start)
                        .setClassNames(names)
                        .optRecipe(recipe)
                        .optMinImagesPerClass(minImages);
        return multipliers.equals(NO_MULTIPLIERS) ? builder.optMultipliers(List.of()) : builder;
    }

    private static boolean isWord(String multipliers) {
        return multipliers.equals(RECOMMENDED) || multipliers.equals(NO_MULTIPLIERS);
    }

    private List<Double> factors() {
        try {
            return Arrays.stream(multipliers.split(",", -1))
                    .map(text -> Double.valueOf(text.strip()))
                    .toList();
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--multipliers must be recommended, none or numbers with commas between them,"
                            + " but was "
                            + multipliers,
                    e);
        }
    }

    /**
     * A file of names may rename all sub-folders; to number some of them otherwise is a mistake.
     */
    private static ImageList named(ImageList images, List<String> names) {
        return !images.classNames().isEmpty() && Collections.disjoint(images.classNames(), names)
                ? images.withClassNames(names)
                : images;
    }

    private Pretrained pretrained(ModelSpec source) throws IOException {
        if (source.probabilities()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--teacher must answer logits to be fine-tuned first, but was "
                            + source.text()
                            + "; leave "
                            + ModelSpec.PROBABILITIES
                            + " out, or name the folder of a saved model of the same classes");
        }
        try {
            return PretrainedSource.read(source);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Recipe withFrozen(Recipe recipe) {
        return frozen.isEmpty()
                ? recipe
                : recipe.toBuilder()
                        .optFreezing(Freezing.of(frozen.toArray(String[]::new)))
                        .build();
    }

    private List<String> names() throws IOException {
        if (classNames == null) {
            return training.classNames(Classes.of(training, spec), List.of());
        }
        List<String> names = ClassNames.read(classNames);
        OptionalInt told = training.classes();
        if (told.isPresent() && told.getAsInt() != names.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.format(
                            Locale.ROOT,
                            "classes must be the %d that %s names, but were %d",
                            names.size(),
                            classNames,
                            told.getAsInt()));
        }
        return names;
    }

    /** The teacher as it is, if it is a saved model of these classes. */
    private @Nullable OpenModel readyTeacher(List<String> names) throws IOException {
        ModelSpec given = teacher;
        if (given == null || given.folder() == null) {
            return null;
        }
        boolean same = SavedModel.read(given.folder()).classNames().equals(names);
        return same ? ModelOpener.open(given) : null;
    }
}
