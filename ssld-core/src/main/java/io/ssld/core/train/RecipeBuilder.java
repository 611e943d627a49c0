package io.ssld.core.train;

import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.BatchMixing;
import io.ssld.images.view.CenterCrop;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.ViewSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Builds a {@link Recipe} from another one. Each setting may be given once; what is not given is as
 * in the recipe that was started from.
 */
public final class RecipeBuilder {

    private final Recipe base;
    private final Setting<String> name = new Setting<>("name");
    private final Setting<Integer> epochs = new Setting<>("epochs");
    private final Setting<Integer> stepsPerEpoch = new Setting<>("stepsPerEpoch");
    private final Setting<Integer> batchSize = new Setting<>("batchSize");
    private final Setting<Integer> accumulation = new Setting<>("accumulation");
    private final Setting<OptimizerSettings> optimizer = new Setting<>("optimizer");
    private final Setting<Double> learningRate = new Setting<>("learningRate");
    private final Setting<Double> warmupEpochs = new Setting<>("warmupEpochs");
    private final Setting<Schedule> schedule = new Setting<>("schedule");
    private final List<LearningRateMultiplier> multipliers = new ArrayList<>();
    private final Setting<List<LearningRateMultiplier>> replaced = new Setting<>("multipliers");
    private final Setting<Freezing> freezing = new Setting<>("freezing");
    private final Setting<Double> weightDecay = new Setting<>("weightDecay");
    private final Setting<DecayRule> decayRule = new Setting<>("decayRule");
    private final Setting<Double> clipNorm = new Setting<>("clipNorm");
    private final Setting<Double> labelSmoothing = new Setting<>("labelSmoothing");
    private final Setting<EmaSettings> ema = new Setting<>("ema");
    private final Setting<EarlyStop> earlyStop = new Setting<>("earlyStop");
    private final Setting<ImageSize> size = new Setting<>("size");
    private final Setting<ImageSize> evaluationSize = new Setting<>("evaluationSize");
    private final Setting<Integer> shortSide = new Setting<>("shortSide");
    private final Setting<ViewSampler> views = new Setting<>("views");
    private final Setting<BatchMixing> mixing = new Setting<>("mixing");
    private final Setting<Long> seed = new Setting<>("seed");

    RecipeBuilder(Recipe base) {
        this.base = base;
    }

    /**
     * Sets what the recipe is called in reports.
     *
     * @param value a name
     * @return this builder
     */
    public RecipeBuilder optName(String value) {
        name.set(value);
        return this;
    }

    /**
     * Sets the number of epochs.
     *
     * @param count at least 1
     * @return this builder
     */
    public RecipeBuilder optEpochs(int count) {
        epochs.set(count);
        return this;
    }

    /**
     * Sets the optimiser steps of an epoch; by default one pass over the training data.
     *
     * @param steps at least 1
     * @return this builder
     */
    public RecipeBuilder optStepsPerEpoch(int steps) {
        stepsPerEpoch.set(steps);
        return this;
    }

    /**
     * Sets the examples of a batch.
     *
     * @param examples at least 1
     * @return this builder
     */
    public RecipeBuilder optBatchSize(int examples) {
        batchSize.set(examples);
        return this;
    }

    /**
     * Sets the batches of a step, whose gradients are averaged: a large batch in little memory.
     *
     * @param batches at least 1
     * @return this builder
     */
    public RecipeBuilder optAccumulation(int batches) {
        accumulation.set(batches);
        return this;
    }

    /**
     * Sets the optimiser.
     *
     * @param settings such as {@link OptimizerSettings#adamW()}
     * @return this builder
     */
    public RecipeBuilder optOptimizer(OptimizerSettings settings) {
        optimizer.set(settings);
        return this;
    }

    /**
     * Sets the optimiser to plain momentum; short for {@link #optOptimizer} with {@link
     * OptimizerSettings.Sgd}.
     *
     * @param value 0 to less than 1
     * @return this builder
     */
    public RecipeBuilder optMomentum(double value) {
        return optOptimizer(new OptimizerSettings.Sgd(value, false));
    }

    /**
     * Sets the highest learning rate; by default that of the recipe this one starts from, scaled
     * linearly to the examples of a step.
     *
     * @param rate positive, for the examples of a step of this recipe
     * @return this builder
     */
    public RecipeBuilder optLearningRate(double rate) {
        learningRate.set(rate);
        return this;
    }

    /**
     * Sets the length of the linear warm-up; by default as in the recipe this one starts from, or a
     * quarter of the run if that is shorter.
     *
     * @param count 0 or more, less than the epochs of the run
     * @return this builder
     */
    public RecipeBuilder optWarmupEpochs(double count) {
        warmupEpochs.set(count);
        return this;
    }

    /**
     * Sets the shape of the learning rate after the warm-up.
     *
     * @param shape such as {@link Schedule#linear()}
     * @return this builder
     */
    public RecipeBuilder optSchedule(Schedule shape) {
        schedule.set(shape);
        return this;
    }

    /**
     * Adds a factor of the learning rate for a part of the network.
     *
     * @param prefix the start of paths up to a dot; see {@link ParameterPaths}
     * @param factor 0 or more
     * @return this builder
     */
    public RecipeBuilder addMultiplier(String prefix, double factor) {
        multipliers.add(new LearningRateMultiplier(prefix, factor));
        return this;
    }

    /**
     * Sets the factors of the learning rate in place of those of the recipe that was started from;
     * {@link #addMultiplier} adds to them.
     *
     * @param factors the factors; none for the same rate everywhere
     * @return this builder
     */
    public RecipeBuilder optMultipliers(List<LearningRateMultiplier> factors) {
        Objects.requireNonNull(factors, "factors");
        replaced.set(List.copyOf(factors));
        return this;
    }

    /**
     * Sets which part of the network does not move.
     *
     * @param part such as {@link Freezing#of}
     * @return this builder
     */
    public RecipeBuilder optFreezing(Freezing part) {
        freezing.set(part);
        return this;
    }

    /**
     * Sets the weight decay. Distillation wants less of it than training with labels, because soft
     * targets are harder to fit.
     *
     * @param value 0 or more
     * @return this builder
     */
    public RecipeBuilder optWeightDecay(double value) {
        weightDecay.set(value);
        return this;
    }

    /**
     * Sets which parameters decay.
     *
     * @param rule the rule of the student's architecture
     * @return this builder
     */
    public RecipeBuilder optDecayRule(DecayRule rule) {
        decayRule.set(rule);
        return this;
    }

    /**
     * Sets the highest norm of all gradients together; by default they are not clipped.
     *
     * @param norm positive
     * @return this builder
     */
    public RecipeBuilder optClipNorm(double norm) {
        clipNorm.set(norm);
        return this;
    }

    /**
     * Sets how much of a label's certainty is spread over all classes when training with labels.
     *
     * @param share 0 to less than 1
     * @return this builder
     */
    public RecipeBuilder optLabelSmoothing(double share) {
        labelSmoothing.set(share);
        return this;
    }

    /**
     * Averages the weights beside the raw ones.
     *
     * @param settings decay and warm-up
     * @return this builder
     */
    public RecipeBuilder optEma(EmaSettings settings) {
        ema.set(settings);
        return this;
    }

    /**
     * Sets when to stop before the last epoch.
     *
     * @param rule patience and what counts as better
     * @return this builder
     */
    public RecipeBuilder optEarlyStop(EarlyStop rule) {
        earlyStop.set(rule);
        return this;
    }

    /**
     * Sets the size of the square images that the networks see.
     *
     * @param pixels height and width
     * @return this builder
     */
    public RecipeBuilder optSize(int pixels) {
        return optSize(pixels, pixels);
    }

    /**
     * Sets the size of the images that the networks see, in training and, unless {@link
     * #evaluationSize} says otherwise, in evaluation; the short side of evaluation follows.
     *
     * @param heightPixels the height
     * @param widthPixels the width
     * @return this builder
     */
    public RecipeBuilder optSize(int heightPixels, int widthPixels) {
        Ranges.check("height", heightPixels >= 1, "be at least 1", heightPixels);
        Ranges.check("width", widthPixels >= 1, "be at least 1", widthPixels);
        size.set(new ImageSize(heightPixels, widthPixels));
        return this;
    }

    /**
     * Sets the size of validation images where it is not that of training images.
     *
     * @param heightPixels the height
     * @param widthPixels the width
     * @return this builder
     */
    public RecipeBuilder optEvaluationSize(int heightPixels, int widthPixels) {
        evaluationSize.set(new ImageSize(heightPixels, widthPixels));
        return this;
    }

    /**
     * Sets how far validation images are shrunk before their centre is cut out; default 256/224 of
     * the size, so that 224 sees the centre of 256.
     *
     * @param pixels what the short side becomes, at least the size
     * @return this builder
     */
    public RecipeBuilder optShortSide(int pixels) {
        shortSide.set(pixels);
        return this;
    }

    /**
     * Sets how training images are augmented.
     *
     * @param sampler draws one view of an image
     * @return this builder
     */
    public RecipeBuilder optViews(ViewSampler sampler) {
        views.set(sampler);
        return this;
    }

    /**
     * Sets how the images of a batch are mixed with one another; default not at all. Both networks
     * see the mixed images; a loss on labels takes those of both images by their shares.
     *
     * @param settings mixup, cutmix or both
     * @return this builder
     */
    public RecipeBuilder optMixing(BatchMixing settings) {
        mixing.set(settings);
        return this;
    }

    /**
     * Sets the seed of initial weights, order and views; default 0.
     *
     * @param value any number
     * @return this builder
     */
    public RecipeBuilder optSeed(long value) {
        seed.set(value);
        return this;
    }

    /**
     * Builds the recipe.
     *
     * @return the recipe
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Recipe build() {
        int length = epochs.or(base.epochs());
        int batch = batchSize.or(base.batchSize());
        int batches = accumulation.or(base.accumulation());
        double examples = (double) batch * batches;
        double scale = examples / ((double) base.batchSize() * base.accumulation());
        ImageSize seen = size.or(new ImageSize(base.height(), base.width()));
        Optional<ImageSize> measured = measuredSize();
        OptionalInt side = measuredShortSide();
        return new Recipe(
                name.or(base.name()),
                length,
                optional(stepsPerEpoch, base.stepsPerEpoch()),
                batch,
                batches,
                optimizer.or(base.optimizer()),
                learningRate.or(base.learningRate() * scale),
                warmupEpochs.or(Math.min(base.warmupEpochs(), length / 4.0)),
                schedule.or(base.schedule()),
                allMultipliers(),
                freezing.or(base.freezing()),
                regularization(),
                ema.isSet() ? Optional.of(ema.required()) : base.ema(),
                earlyStop.isSet() ? Optional.of(earlyStop.required()) : base.earlyStop(),
                seen.height(),
                seen.width(),
                measured,
                side,
                views.or(viewsOf(measured.orElse(seen), side)),
                mixing.or(base.mixing()),
                seed.or(base.seed()));
    }

    private Optional<ImageSize> measuredSize() {
        if (evaluationSize.isSet()) {
            return Optional.of(evaluationSize.required());
        }
        return size.isSet() ? Optional.empty() : base.evaluationSize();
    }

    private OptionalInt measuredShortSide() {
        boolean resized = size.isSet() || evaluationSize.isSet();
        return optional(shortSide, resized ? OptionalInt.empty() : base.shortSide());
    }

    /** The views of the base; those of an evaluation follow its size. */
    private ViewSampler viewsOf(ImageSize measured, OptionalInt side) {
        if (base.views() instanceof CenterCrop) {
            int shorter = side.orElse(measured.defaultShortSide());
            // What does not fit is refused by the recipe, under the name the user knows.
            int fits = Math.max(shorter, Math.max(measured.height(), measured.width()));
            return new CenterCrop(fits, measured.height(), measured.width());
        }
        return base.views();
    }

    private List<LearningRateMultiplier> allMultipliers() {
        List<LearningRateMultiplier> all = new ArrayList<>(replaced.or(base.multipliers()));
        all.addAll(multipliers);
        return all;
    }

    private Regularization regularization() {
        Regularization from = base.regularization();
        return new Regularization(
                weightDecay.or(from.weightDecay()),
                decayRule.or(from.decayRule()),
                clipNorm.isSet() ? OptionalDouble.of(clipNorm.required()) : from.clipNorm(),
                labelSmoothing.or(from.labelSmoothing()));
    }

    private static OptionalInt optional(Setting<Integer> setting, OptionalInt fallback) {
        return setting.isSet() ? OptionalInt.of(setting.required()) : fallback;
    }
}
