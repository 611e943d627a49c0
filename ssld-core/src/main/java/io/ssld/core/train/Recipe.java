package io.ssld.core.train;

import io.ssld.core.internal.Setting;
import io.ssld.core.view.ViewSampler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How a student learns, as data: length, batch, optimiser, schedule, weight decay, views, seed.
 *
 * <p>Start from a ready-made recipe and change what differs:
 *
 * <pre>{@code
 * Recipe recipe = Recipe.ssld().epochs(100).batchSize(64).size(32).build();
 * }</pre>
 *
 * <p>The optimiser is {@link MomentumSgd}, the schedule {@link LearningRate#warmupCosine} per step.
 *
 * @param epochs the number of epochs, at least 1
 * @param stepsPerEpoch optimiser steps an epoch; empty means one pass over the training data. A
 *     fixed number makes runs over data of different size comparable: passes follow each other
 *     until the steps are done
 * @param batchSize examples a step, at least 1
 * @param learningRate the highest learning rate, for this batch size
 * @param warmupEpochs epochs of linear warm-up, 0 or more and fewer than {@code epochs}; parts of
 *     an epoch are allowed
 * @param momentum μ of the optimiser, 0 to less than 1
 * @param weightDecay λ of the optimiser, 0 or more
 * @param decayRule which parameters decay
 * @param height the height of the images that the networks see, in pixels
 * @param width the width of the images that the networks see, in pixels
 * @param shortSide what the short side of a validation image is resized to before the centre is cut
 *     out, in pixels; empty for 256/224 of the longer of height and width
 * @param views how training images are augmented
 * @param seed fixes initial weights, order and views
 */
public record Recipe(
        int epochs,
        OptionalInt stepsPerEpoch,
        int batchSize,
        double learningRate,
        double warmupEpochs,
        double momentum,
        double weightDecay,
        DecayRule decayRule,
        int height,
        int width,
        OptionalInt shortSide,
        ViewSampler views,
        long seed) {

    /** Checks every number against its range. */
    public Recipe {
        check("epochs", epochs >= 1, "be at least 1", epochs);
        stepsPerEpoch.ifPresent(n -> check("stepsPerEpoch", n >= 1, "be at least 1", n));
        check("batchSize", batchSize >= 1, "be at least 1", batchSize);
        check(
                "learningRate",
                learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
                "be positive and finite",
                learningRate);
        check(
                "warmupEpochs",
                warmupEpochs >= 0 && warmupEpochs < epochs,
                "be 0 or more and less than the " + epochs + " epochs",
                warmupEpochs);
        check("momentum", momentum >= 0 && momentum < 1, "be 0 to less than 1", momentum);
        check(
                "weightDecay",
                weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY,
                "be 0 or more and finite",
                weightDecay);
        check("height", height >= 1, "be at least 1", height);
        check("width", width >= 1, "be at least 1", width);
        int longer = Math.max(height, width);
        shortSide.ifPresent(
                side ->
                        check(
                                "shortSide",
                                side >= longer,
                                "be at least the " + longer + " pixels of the crop",
                                side));
    }

    private static void check(String name, boolean ok, String rule, Number value) {
        if (!ok) {
            throw new IllegalArgumentException(name + " must " + rule + ", but was " + value);
        }
    }

    /**
     * Stage 1 of SSLD: 360 epochs from scratch, batch 256 at 224 pixels, momentum 0.9, five epochs
     * of warm-up, weight decay 3e-5, random crop and flip, and a learning rate of 0.1 for each 256
     * images of the batch.
     *
     * <p>These are the published settings of MobileNetV1 (batch 4096, rate 1.6) scaled to the
     * batch; see Cui et al., <i>Beyond Self-Supervision: A Simple Yet Effective Network
     * Distillation Alternative to Improve Backbones</i>, 2021, arXiv:2103.05959, and the table of
     * recipes in docs/concepts.md.
     *
     * @return a builder with these settings
     */
    public static Builder ssld() {
        return new Builder();
    }

    /**
     * Returns the schedule for a run.
     *
     * @param steps the optimiser steps of one epoch
     * @return the learning rate of every step
     */
    public LearningRate schedule(int steps) {
        return LearningRate.warmupCosine(
                learningRate, Math.round(warmupEpochs * steps), (long) epochs * steps);
    }

    /**
     * Returns the settings by name, for provenance.
     *
     * @return name to value, in the order of the components
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("epochs", epochs);
        stepsPerEpoch.ifPresent(n -> map.put("stepsPerEpoch", n));
        map.put("batchSize", batchSize);
        map.put("learningRate", learningRate);
        map.put("warmupEpochs", warmupEpochs);
        map.put("momentum", momentum);
        map.put("weightDecay", weightDecay);
        map.put("decayRule", decayRule.name());
        map.put("height", height);
        map.put("width", width);
        shortSide.ifPresent(side -> map.put("shortSide", side));
        map.put("views", views.toString());
        map.put("seed", seed);
        return map;
    }

    /** Builds a {@link Recipe}; each setting may be given once. */
    public static final class Builder {

        private static final double RATE_PER_IMAGE = 0.1 / 256;

        private final Setting<Integer> epochs = new Setting<>("epochs");
        private final Setting<Integer> stepsPerEpoch = new Setting<>("stepsPerEpoch");
        private final Setting<Integer> batchSize = new Setting<>("batchSize");
        private final Setting<Double> learningRate = new Setting<>("learningRate");
        private final Setting<Double> warmupEpochs = new Setting<>("warmupEpochs");
        private final Setting<Double> momentum = new Setting<>("momentum");
        private final Setting<Double> weightDecay = new Setting<>("weightDecay");
        private final Setting<DecayRule> decayRule = new Setting<>("decayRule");
        private final Setting<Integer> height = new Setting<>("size");
        private final Setting<Integer> width = new Setting<>("size");
        private final Setting<Integer> shortSide = new Setting<>("shortSide");
        private final Setting<ViewSampler> views = new Setting<>("views");
        private final Setting<Long> seed = new Setting<>("seed");

        private Builder() {}

        /**
         * Sets the number of epochs; default 360.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder epochs(int count) {
            epochs.set(count);
            return this;
        }

        /**
         * Sets the optimiser steps of an epoch; by default one pass over the training data.
         *
         * @param steps at least 1
         * @return this builder
         */
        public Builder stepsPerEpoch(int steps) {
            stepsPerEpoch.set(steps);
            return this;
        }

        /**
         * Sets the examples of a step; default 256.
         *
         * @param examples at least 1
         * @return this builder
         */
        public Builder batchSize(int examples) {
            batchSize.set(examples);
            return this;
        }

        /**
         * Sets the highest learning rate; default 0.1 for each 256 examples of the batch.
         *
         * @param rate positive, for the batch size of this recipe
         * @return this builder
         */
        public Builder learningRate(double rate) {
            learningRate.set(rate);
            return this;
        }

        /**
         * Sets the length of the linear warm-up; default 5 epochs, or a quarter of the run if that
         * is shorter.
         *
         * @param count 0 or more, less than the epochs of the run
         * @return this builder
         */
        public Builder warmupEpochs(double count) {
            warmupEpochs.set(count);
            return this;
        }

        /**
         * Sets the momentum; default 0.9.
         *
         * @param value 0 to less than 1
         * @return this builder
         */
        public Builder momentum(double value) {
            momentum.set(value);
            return this;
        }

        /**
         * Sets the weight decay (L2); default 3e-5. Distillation wants less of it than training
         * with labels, because soft targets are harder to fit.
         *
         * @param value 0 or more
         * @return this builder
         */
        public Builder weightDecay(double value) {
            weightDecay.set(value);
            return this;
        }

        /**
         * Sets which parameters decay; default {@link DecayRule#ALL}.
         *
         * @param rule the rule of the student's architecture
         * @return this builder
         */
        public Builder decayRule(DecayRule rule) {
            decayRule.set(rule);
            return this;
        }

        /**
         * Sets the size of the square images that the networks see; default 224.
         *
         * @param pixels height and width
         * @return this builder
         */
        public Builder size(int pixels) {
            return size(pixels, pixels);
        }

        /**
         * Sets the size of the images that the networks see; default 224 by 224.
         *
         * @param heightPixels the height
         * @param widthPixels the width
         * @return this builder
         */
        public Builder size(int heightPixels, int widthPixels) {
            height.set(heightPixels);
            width.set(widthPixels);
            return this;
        }

        /**
         * Sets how far validation images are shrunk before their centre is cut out; default 256/224
         * of the size, so that 224 sees the centre of 256.
         *
         * @param pixels what the short side becomes, at least the size
         * @return this builder
         */
        public Builder shortSide(int pixels) {
            shortSide.set(pixels);
            return this;
        }

        /**
         * Sets how training images are augmented; default random crop of 8 to 100 % of the area,
         * and flip.
         *
         * @param sampler draws one view of an image
         * @return this builder
         */
        public Builder views(ViewSampler sampler) {
            views.set(sampler);
            return this;
        }

        /**
         * Sets the seed of initial weights, order and views; default 0.
         *
         * @param value any number
         * @return this builder
         */
        public Builder seed(long value) {
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
            int batch = batchSize.or(256);
            int length = epochs.or(360);
            return new Recipe(
                    length,
                    optional(stepsPerEpoch),
                    batch,
                    learningRate.or(RATE_PER_IMAGE * batch),
                    warmupEpochs.or(Math.min(5, length / 4.0)),
                    momentum.or(0.9),
                    weightDecay.or(3e-5),
                    decayRule.or(DecayRule.ALL),
                    height.or(224),
                    width.or(224),
                    optional(shortSide),
                    views.or(ViewSampler.builder().build()),
                    seed.or(0L));
        }

        private static OptionalInt optional(Setting<Integer> setting) {
            Integer value = setting.orNull();
            return value == null ? OptionalInt.empty() : OptionalInt.of(value);
        }
    }
}
