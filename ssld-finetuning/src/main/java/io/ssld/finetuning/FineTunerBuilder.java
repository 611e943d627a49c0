package io.ssld.finetuning;

import ai.djl.training.loss.Loss;
import io.ssld.base.internal.ClassNameMatch;
import io.ssld.base.internal.Setting;
import io.ssld.core.RunBuilder;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.images.view.Augmentation;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.djl.SavedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Builds a {@link FineTuner}. Required: pretrained weights and class names. */
public final class FineTunerBuilder {

    private final Setting<Pretrained> pretrained = new Setting<>("pretrained");
    private final Setting<List<String>> classNames = new Setting<>("classNames");
    private final Setting<Recipe> recipe = new Setting<>("recipe");
    private final Setting<List<Double>> multipliers = new Setting<>("multipliers");
    private final Setting<Integer> minImagesPerClass = new Setting<>("minImagesPerClass");
    private final Setting<Teacher> teacher = new Setting<>("teacher");
    private final Setting<FineTuner> tunedTeacher = new Setting<>("teacher");
    private final Setting<Loss> loss = new Setting<>("loss");
    private final Setting<Path> output = new Setting<>("output");
    private final Setting<Boolean> resume = new Setting<>("resume");
    private final Setting<Consumer<RunBuilder<?>>> run = new Setting<>("run");
    private final List<ImageList> unlabelled = new ArrayList<>();

    FineTunerBuilder() {}

    /**
     * Sets where to start.
     *
     * @param value network and weights
     * @return this builder
     */
    public FineTunerBuilder setPretrained(Pretrained value) {
        pretrained.set(value);
        return this;
    }

    /**
     * Sets the classes to learn.
     *
     * @param names their names by number, all different; see {@link ClassNames}
     * @return this builder
     * @throws IllegalArgumentException if there are none, two are equal, or one is blank or has a
     *     line break
     */
    public FineTunerBuilder setClassNames(List<String> names) {
        Objects.requireNonNull(names, "names");
        classNames.set(List.copyOf(names));
        return this;
    }

    /**
     * Sets how to train; default {@link Recipe#fineTune()} at the size and with the interpolation
     * of the network.
     *
     * @param value the recipe; size and views are used as they are
     * @return this builder
     */
    public FineTunerBuilder optRecipe(Recipe value) {
        recipe.set(value);
        return this;
    }

    /**
     * Sets factors of the learning rate by depth. The classifier keeps the full rate.
     *
     * <p>Default: the factors that PaddleClas recommends for the network; none if it recommends
     * none, or if the recipe has factors of its own or freezes something.
     *
     * @param perStage one factor for each of {@link SsldModel#stages()}, 0 or more; an empty list
     *     for none
     * @return this builder
     */
    public FineTunerBuilder optMultipliers(List<Double> perStage) {
        Objects.requireNonNull(perStage, "perStage");
        multipliers.set(List.copyOf(perStage));
        return this;
    }

    /**
     * Sets how many labelled images every class needs; default 2, because one image does not show
     * what the images of a class have in common.
     *
     * @param count 0 or more; 0 allows classes without images
     * @return this builder
     */
    public FineTunerBuilder optMinImagesPerClass(int count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "minImagesPerClass must be at least 0, but was " + count);
        }
        minImagesPerClass.set(count);
        return this;
    }

    /**
     * Learns from a teacher that knows the classes already.
     *
     * @param value a teacher of as many classes
     * @return this builder
     */
    public FineTunerBuilder optTeacher(Teacher value) {
        requireNoTeacher();
        teacher.set(value);
        return this;
    }

    /**
     * Learns from a teacher that is fine-tuned first, on the labelled training images. Its runs go
     * into {@code teacher/} of the output, those of the student into {@code student/}.
     *
     * @param value a fine-tuner for the same classes, without an output of its own
     * @return this builder
     */
    public FineTunerBuilder optTeacher(FineTuner value) {
        requireNoTeacher();
        tunedTeacher.set(value);
        return this;
    }

    private void requireNoTeacher() {
        if (teacher.isSet() || tunedTeacher.isSet()) {
            throw new IllegalStateException(
                    "teacher must be set once, but was already; remove one of the two calls, or"
                            + " average teachers with Teacher.average");
        }
    }

    /**
     * Adds images to learn from beside the training images; needs a teacher.
     *
     * @param images labels are not looked at
     * @return this builder
     */
    public FineTunerBuilder addUnlabelled(ImageList images) {
        Objects.requireNonNull(images, "images");
        unlabelled.add(images);
        return this;
    }

    /**
     * Sets what student and teacher disagree about; default {@link DistillationLoss#symmetricKl()}.
     *
     * @param value a loss as {@link io.ssld.core.Distiller} takes it
     * @return this builder
     */
    public FineTunerBuilder optLoss(Loss value) {
        loss.set(value);
        return this;
    }

    /**
     * Sets a folder for runs and the network.
     *
     * @param folder new or empty, or with {@link #optResume} one of a fine-tuning that was
     *     interrupted
     * @return this builder
     */
    public FineTunerBuilder optOutput(Path folder) {
        output.set(folder);
        return this;
    }

    /**
     * Sets whether to go on with what is in the output folder; default no. A teacher that is
     * complete there is not tuned again.
     *
     * @param value true to resume
     * @return this builder
     */
    public FineTunerBuilder optResume(boolean value) {
        resume.set(value);
        return this;
    }

    /**
     * Sets what else a run can be told: threads, checkpoints, devices, listeners, a stop signal.
     * The function is called once for each run, also for that of a teacher.
     *
     * @param value calls setters of the builder other than recipe, normalisation, folder and resume
     * @return this builder
     */
    public FineTunerBuilder optRun(Consumer<RunBuilder<?>> value) {
        run.set(value);
        return this;
    }

    /**
     * Builds the fine-tuner.
     *
     * @return the fine-tuner
     * @throws IllegalStateException if a required setting is missing
     * @throws IllegalArgumentException if settings contradict each other
     */
    public FineTuner build() {
        Setting.requireAll(pretrained, classNames);
        Pretrained start = pretrained.required();
        FineTuning settings =
                new FineTuning(
                        start,
                        classNames.required(),
                        withMultipliers(start, recipe.or(defaultRecipe(start.preprocessing()))),
                        minImagesPerClass.or(2),
                        teacher.orNull(),
                        tunedTeacher.orNull(),
                        List.copyOf(unlabelled),
                        loss.or(DistillationLoss.symmetricKl()),
                        output.orNull(),
                        resume.or(false),
                        run.or(builder -> {}));
        requireConsistent(settings);
        return FineTuner.of(settings);
    }

    private static Recipe defaultRecipe(Preprocessing network) {
        return Recipe.fineTune()
                .optSize(network.crop())
                .optShortSide(network.resizeShort())
                .optViews(Augmentation.SSLD.withInterpolation(network.interpolation()))
                .build();
    }

    private Recipe withMultipliers(Pretrained start, Recipe chosen) {
        List<Double> perStage =
                multipliers.or(
                        chosen.multipliers().isEmpty() && chosen.freezing().isNone()
                                ? recommended(start)
                                : List.of());
        if (perStage.isEmpty()) {
            return chosen;
        }
        if (!chosen.multipliers().isEmpty()) {
            throw new IllegalArgumentException(
                    "multipliers must be given once, but were "
                            + perStage
                            + " beside those of the recipe; leave one out");
        }
        if (!(start.architecture() instanceof SsldModel network)) {
            throw new IllegalArgumentException(
                    "multipliers must be by path in the recipe for "
                            + start.architecture().modelName()
                            + ", whose stages are not told, but were "
                            + perStage);
        }
        RecipeBuilder builder = chosen.toBuilder();
        network.multipliers(perStage).forEach(builder::addMultiplier);
        return builder.build();
    }

    private static List<Double> recommended(Pretrained start) {
        return start.architecture() instanceof SsldModel network
                ? network.recommendedMultipliers()
                : List.of();
    }

    private static void requireConsistent(FineTuning settings) {
        // Checks the names, and that the evaluation can be served.
        SavedModel description = settings.description();
        FineTuner first = settings.tunedTeacher();
        if (first != null && !first.settings().classNames().equals(description.classNames())) {
            throw new IllegalArgumentException(
                    "teacher must be fine-tuned for the student's classes %s, but was for %s"
                            .formatted(description.classNames(), first.settings().classNames()));
        }
        if (first != null && (first.settings().output() != null || first.settings().resume())) {
            throw new IllegalArgumentException(
                    "teacher must be fine-tuned into teacher/ of the student's output, but has an"
                            + " output of its own; leave its optOutput and optResume out");
        }
        if (settings.teacher() != null) {
            ClassNameMatch.require(
                    "teacher " + settings.teacher().name(),
                    RunTeacher.of(settings.teacher()).classNames(),
                    "the fine-tuner",
                    description.classNames());
        }
        boolean taught = first != null || settings.teacher() != null;
        if (!taught && !settings.unlabelled().isEmpty()) {
            throw new IllegalArgumentException(
                    "unlabelled images must have a teacher to label them, but there is none; call"
                            + " optTeacher");
        }
        if (settings.resume() && settings.output() == null) {
            throw new IllegalArgumentException(
                    "output must be set to resume, but was not; name the folder to go on in");
        }
    }
}
