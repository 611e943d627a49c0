package io.ssld.core.train;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.ParameterList;
import ai.djl.training.loss.Loss;
import io.ssld.base.internal.Ranges;
import io.ssld.core.data.BatchMixing;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.LabelSmoothingLoss;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a student learns, as data: length, batch, optimiser, schedule, regularisation, views, seed.
 *
 * <p>Start from a ready-made recipe and change what differs:
 *
 * <pre>{@code
 * Recipe recipe = Recipe.ssld().epochs(100).batchSize(64).size(32).build();
 * }</pre>
 *
 * <p>The numbers of the ready-made recipes are PaddleClas' own, each learning rate scaled linearly
 * to the batch; docs/recipes.md has the tables they come from.
 *
 * @param name what the recipe is called in reports
 * @param epochs the number of epochs, at least 1
 * @param stepsPerEpoch optimiser steps an epoch; empty means one pass over the training data. A
 *     fixed number makes runs over data of different size comparable: passes follow each other
 *     until the steps are done
 * @param batchSize examples a batch, at least 1
 * @param accumulation batches a step, at least 1; their gradients are averaged
 * @param optimizer what changes the parameters
 * @param learningRate the highest learning rate, for the {@code batchSize · accumulation} examples
 *     of a step
 * @param warmupEpochs epochs of linear warm-up, 0 or more and fewer than {@code epochs}; parts of
 *     an epoch are allowed
 * @param schedule the shape of the learning rate after the warm-up
 * @param multipliers factors of the learning rate for parts of the network
 * @param freezing which part of the network does not move
 * @param regularization weight decay, clipping, label smoothing
 * @param ema the moving average of the weights, if there is to be one
 * @param earlyStop when to stop before the last epoch, if ever
 * @param height the height of the training images that the networks see, in pixels
 * @param width the width of the training images that the networks see, in pixels
 * @param evaluationSize the size of validation images; empty for that of training images
 * @param shortSide what the short side of a validation image is resized to before the centre is cut
 *     out, in pixels; empty for 256/224 of the longer side of the evaluation size
 * @param views how training images are augmented; validation images are resized with the same
 *     interpolation
 * @param mixing how the images of a batch are mixed with one another; both networks see the mix
 * @param seed fixes initial weights, order and views
 */
public record Recipe(
        String name,
        int epochs,
        OptionalInt stepsPerEpoch,
        int batchSize,
        int accumulation,
        OptimizerSettings optimizer,
        double learningRate,
        double warmupEpochs,
        Schedule schedule,
        List<LearningRateMultiplier> multipliers,
        Freezing freezing,
        Regularization regularization,
        Optional<EmaSettings> ema,
        Optional<EarlyStop> earlyStop,
        int height,
        int width,
        Optional<ImageSize> evaluationSize,
        OptionalInt shortSide,
        ViewSampler views,
        BatchMixing mixing,
        long seed) {

    /** Checks every number against its range. */
    public Recipe {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(stepsPerEpoch, "stepsPerEpoch");
        Objects.requireNonNull(multipliers, "multipliers");
        Objects.requireNonNull(ema, "ema");
        Objects.requireNonNull(earlyStop, "earlyStop");
        Objects.requireNonNull(evaluationSize, "evaluationSize");
        Objects.requireNonNull(shortSide, "shortSide");
        Ranges.check("name", !name.isBlank(), "not be blank", "'" + name + "'");
        Ranges.check("epochs", epochs >= 1, "be at least 1", epochs);
        stepsPerEpoch.ifPresent(n -> Ranges.check("stepsPerEpoch", n >= 1, "be at least 1", n));
        Ranges.check("batchSize", batchSize >= 1, "be at least 1", batchSize);
        Ranges.check("accumulation", accumulation >= 1, "be at least 1", accumulation);
        Objects.requireNonNull(optimizer, "optimizer");
        Ranges.check(
                "learningRate",
                learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
                "be positive and finite",
                learningRate);
        Ranges.check(
                "warmupEpochs",
                warmupEpochs >= 0 && warmupEpochs < epochs,
                "be 0 or more and less than the " + epochs + " epochs",
                warmupEpochs);
        Objects.requireNonNull(schedule, "schedule");
        multipliers = List.copyOf(multipliers);
        Set<String> prefixes = new HashSet<>();
        for (LearningRateMultiplier multiplier : multipliers) {
            Ranges.check(
                    "multipliers",
                    prefixes.add(multiplier.prefix()),
                    "have one factor a prefix",
                    "two for " + multiplier.prefix());
        }
        Objects.requireNonNull(freezing, "freezing");
        Objects.requireNonNull(regularization, "regularization");
        Ranges.check("height", height >= 1, "be at least 1", height);
        Ranges.check("width", width >= 1, "be at least 1", width);
        ImageSize evaluated = evaluationSize.orElse(new ImageSize(height, width));
        int longer = Math.max(evaluated.height(), evaluated.width());
        shortSide.ifPresent(
                side ->
                        Ranges.check(
                                "shortSide",
                                side >= longer,
                                "be at least the " + longer + " pixels of the crop",
                                side));
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(mixing, "mixing");
    }

    /**
     * Stage 1 of SSLD: 360 epochs from scratch, batch 256 at 224 pixels, momentum 0.9, five epochs
     * of warm-up, weight decay 3e-5, random crop and flip, and a learning rate of 0.1 for each 256
     * images of the batch.
     *
     * <p>These are the published settings of MobileNetV1 (batch 4096, rate 1.6) scaled to the
     * batch; see Cui et al., <i>Beyond Self-Supervision: A Simple Yet Effective Network
     * Distillation Alternative to Improve Backbones</i>, 2021, arXiv:2103.05959.
     *
     * @return a builder with these settings
     */
    public static RecipeBuilder ssld() {
        return ReadyMade.SSLD.builder();
    }

    /**
     * Stage 2 of SSLD: the student of stage 1 is distilled again, on the target data alone, all
     * layers, without labels, for 30 epochs at a hundredth of stage 1's rate. The rest is as in
     * {@link #ssld()}; published for MobileNetV1 as batch 4096, rate 0.016.
     *
     * @return a builder with these settings
     */
    public static RecipeBuilder ssldStage2() {
        return ReadyMade.SSLD_STAGE_2.builder();
    }

    /**
     * SKL-UGI, the distillation of PULC, as published for {@code person_exists} with PPLCNet_x1_0
     * from SSLD weights: 20 epochs, a rate of 0.01 for 4 cards of 64 images, weight decay 4e-5 but
     * not on normalisation, training at 192 pixels, evaluation at 224.
     *
     * @return a builder with these settings
     */
    public static RecipeBuilder sklUgi() {
        return ReadyMade.SKL_UGI.builder();
    }

    /**
     * Plain training with labels, for teachers and baselines, as published for PPLCNet_x1_0: 360
     * epochs, a rate of 0.8 for 4 cards of 512 images, five epochs of warm-up, weight decay 3e-5
     * but not on normalisation, label smoothing 0.1.
     *
     * @return a builder with these settings
     */
    public static RecipeBuilder supervised() {
        return ReadyMade.SUPERVISED.builder();
    }

    /**
     * Fine-tuning of pretrained weights on other classes, as published for ResNet50_vd with SSLD
     * weights on the 1,020 training images of Oxford Flowers 102 (95.0 %, against 94.0 % from plain
     * weights): 20 epochs, a rate of 0.00375 for 32 images, five epochs of warm-up, weight decay
     * 1e-6. The rate is less than a third of that of training from scratch (0.1 for 256), since
     * distilled features are finer and a high rate destroys them; {@link #multipliers()} lower it
     * further for early layers.
     *
     * @return a builder with these settings
     */
    public static RecipeBuilder fineTune() {
        return ReadyMade.FINE_TUNE.builder();
    }

    /**
     * FixRes: only the classifier is tuned, at a larger size and on images prepared as for a test,
     * all else frozen with its running statistics. PaddleClas publishes 320 pixels but neither
     * length nor rate of this step; 56 epochs, a rate of 1e-3, weight decay 1e-4 and a tenth of the
     * rate every 30 epochs are those of the original FixRes, applied for each 256 images here.
     *
     * <p>The original also tunes the last normalisation layer. Paper: Touvron et al., <i>Fixing the
     * train-test resolution discrepancy</i>, 2019, arXiv:1906.06423.
     *
     * @return a builder with these settings
     */
    public static RecipeBuilder fixRes() {
        return ReadyMade.FIX_RES.builder();
    }

    /**
     * Returns a ready-made recipe by name.
     *
     * @param name one of {@link #names()}
     * @return a builder with its settings
     * @throws IllegalArgumentException if there is none of that name
     */
    public static RecipeBuilder named(String name) {
        Objects.requireNonNull(name, "name");
        return ReadyMade.of(name).builder();
    }

    /**
     * Returns a ready-made recipe with the numbers that were published for one architecture.
     *
     * @param name {@code ssld}, {@code ssldStage2} or {@code supervised}
     * @param architecture the published name of the student, such as {@code ResNet50_vd}
     * @return a builder with its settings
     * @throws IllegalArgumentException if there is no such recipe, or no row for that architecture
     */
    public static RecipeBuilder published(String name, String architecture) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(architecture, "architecture");
        return PublishedRecipes.of(ReadyMade.of(name), architecture);
    }

    /**
     * Returns the names of the ready-made recipes.
     *
     * @return the names
     */
    public static List<String> names() {
        return ReadyMade.names();
    }

    /**
     * Starts from this recipe. A learning rate that is not set follows batch size and accumulation.
     *
     * @return a builder with these settings
     */
    public RecipeBuilder toBuilder() {
        return new RecipeBuilder(this);
    }

    /**
     * Returns the schedule for a run.
     *
     * @param steps the optimiser steps of one epoch
     * @return the learning rate of every step
     */
    public LearningRate schedule(int steps) {
        return schedule.of(
                learningRate, Math.round(warmupEpochs * steps), (long) epochs * steps, steps);
    }

    /**
     * Creates the optimiser of a run. Freeze first: see {@link FrozenPart}.
     *
     * @param parameters the network's parameters by path, initialised: {@link ParameterPaths#of}
     * @param manager the owner of the optimiser's arrays
     * @return the optimiser
     * @throws IllegalArgumentException if a multiplier begins the path of no parameter
     */
    public Optimizer newOptimizer(ParameterList parameters, NDManager manager) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(manager, "manager");
        return optimizer.create(
                ParameterPlan.of(
                        parameters,
                        regularization.weightDecay(),
                        regularization.decayRule(),
                        multipliers),
                manager);
    }

    /**
     * Returns the loss for training with labels: softmax cross-entropy, smoothed if the recipe says
     * so.
     *
     * @return a loss over logits (N, C) and class numbers (N)
     */
    public Loss labelLoss() {
        double smoothing = regularization.labelSmoothing();
        // Checkpoints know it by that name.
        return smoothing == 0
                ? Loss.softmaxCrossEntropyLoss()
                : new LabelSmoothingLoss("SmoothedCrossEntropy", (float) smoothing);
    }

    /**
     * Returns all settings by name, in values that JSON and YAML know. What is empty is left out.
     *
     * @return name to value, in the order of the components
     */
    public Map<String, Object> toMap() {
        return RecipeMap.write(this);
    }

    /**
     * Reads a part of the settings, as somebody writes them into a file. What is left out is as in
     * the ready-made recipe that {@code name} names, else as in {@link #ssld()}: the rate follows
     * the batch, a warm-up the length and views the size. A map that has all that {@link #toMap()}
     * always writes is a whole one, and what it leaves out is off. Inside {@code optimizer}, {@code
     * schedule}, {@code ema}, {@code earlyStop}, {@code freezing} and {@code views} the usual
     * values stand for what is left out.
     *
     * @param part name to value, as {@link #fromMap}; may be empty
     * @return the recipe; of what {@link #toMap()} wrote the same as {@link #fromMap}
     * @throws IllegalArgumentException naming the key that is unknown, of the wrong type or out of
     *     range
     */
    public static Recipe fromPartialMap(Map<String, Object> part) {
        Objects.requireNonNull(part, "part");
        return RecipeMap.read(RecipeDefaults.complete(part));
    }

    /**
     * Reads what {@link #toMap()} wrote, strictly: every setting that is not optional has to be
     * there, and nothing else.
     *
     * @param map name to value; numbers may be of any type or, as YAML reads 3e-5, text
     * @return the recipe
     * @throws IllegalArgumentException naming the key that is unknown, missing, of the wrong type
     *     or out of range
     */
    public static Recipe fromMap(Map<String, Object> map) {
        Objects.requireNonNull(map, "map");
        return RecipeMap.read(map);
    }
}
