package io.ssld.core.data;

import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Distributions;
import io.ssld.base.internal.Setting;
import io.ssld.base.internal.SettingsMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Mixes the images of a batch with one another, as timm's {@code Mixup} in its mode {@code batch}:
 * one draw a batch, and each image is mixed with the one at the same place from the end.
 *
 * <ul>
 *   <li>mixup (Zhang et al., 2017): {@code lambda * x + (1 - lambda) * x[partner]}
 *   <li>CutMix (Yun et al., 2019): a box of {@code x[partner]} is laid over {@code x}; {@code
 *       lambda} is the share of the area that is still x's own
 * </ul>
 *
 * where {@code lambda} is drawn from Beta(alpha, alpha). Teacher and student see the mixed images,
 * so a label-free loss needs to know nothing of it.
 *
 * <p>A draw depends on the seed and the number of the step, not on what was drawn before.
 *
 * @param mixupAlpha alpha of mixup; 0 leaves mixup out
 * @param cutmixAlpha alpha of CutMix; 0 leaves CutMix out
 * @param probability how often a batch is mixed
 * @param switchProbability how often it is CutMix where there are both
 */
public record BatchMixing(
        double mixupAlpha, double cutmixAlpha, double probability, double switchProbability) {

    /** No mixing. */
    public static final BatchMixing NONE = new BatchMixing(0, 0, 1, 0.5);

    /** Which way of drawing this is; it is raised when equal settings draw other mixes. */
    private static final int VERSION = 1;

    /** Keeps these draws apart from others of the same seed. */
    private static final long KEY = 0x6D697861L;

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if an alpha is not 0 or 0.001..1000, or a probability is not
     *     in 0..1
     */
    public BatchMixing {
        requireAlpha("mixupAlpha", mixupAlpha);
        requireAlpha("cutmixAlpha", cutmixAlpha);
        requireProbability("probability", probability);
        requireProbability("switchProbability", switchProbability);
    }

    private static void requireAlpha(String name, double value) {
        if (value != 0 && !(value >= 1e-3 && value <= 1e3)) {
            throw new IllegalArgumentException(
                    name + " must be 0 or in 0.001..1000, but was " + value);
        }
    }

    private static void requireProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in 0..1, but was " + value);
        }
    }

    /**
     * Starts settings.
     *
     * @return the builder; without an alpha nothing is mixed
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Draws how the batch of a step is mixed.
     *
     * @param seed the seed of the run
     * @param step the number of the step in the run, from 0
     * @param batchSize how many images the batch has
     * @param height the height of the images
     * @param width the width of the images
     * @return the mix, or nothing if this batch is left as it is
     */
    public Optional<Mix> draw(long seed, long step, int batchSize, int height, int width) {
        CounterRandom random = CounterRandom.of(KEY, seed, step);
        boolean applied = random.nextDouble() < probability;
        boolean chosen = random.nextDouble() < switchProbability;
        if (!applied || (mixupAlpha == 0 && cutmixAlpha == 0)) {
            return Optional.empty();
        }
        boolean cutmix = cutmixAlpha > 0 && (mixupAlpha == 0 || chosen);
        double y = random.nextDouble();
        double x = random.nextDouble();
        double lambda = Distributions.beta(random, cutmix ? cutmixAlpha : mixupAlpha);
        if (!cutmix) {
            return Optional.of(Mix.mixup(lambda, batchSize));
        }
        // timm: a box of the batch's shape around a random place, cut off at the border.
        double side = Math.sqrt(1 - lambda);
        int boxHeight = (int) (height * side);
        int boxWidth = (int) (width * side);
        int middleY = (int) (y * height);
        int middleX = (int) (x * width);
        int top = Math.max(0, middleY - boxHeight / 2);
        int left = Math.max(0, middleX - boxWidth / 2);
        int bottom = Math.min(height, middleY + (boxHeight + 1) / 2);
        int right = Math.min(width, middleX + (boxWidth + 1) / 2);
        return Optional.of(
                Mix.cutmix(
                        new Mix.Box(left, top, right - left, bottom - top),
                        batchSize,
                        height,
                        width));
    }

    /**
     * Returns the version of drawing: equal settings of the same version draw equal mixes.
     *
     * @return 1
     */
    public int version() {
        return VERSION;
    }

    /**
     * Returns the settings for a file of JSON or YAML.
     *
     * @return what {@link #fromMap} makes equal settings of
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", VERSION);
        map.put("mixupAlpha", mixupAlpha);
        map.put("cutmixAlpha", cutmixAlpha);
        map.put("probability", probability);
        map.put("switchProbability", switchProbability);
        return map;
    }

    /**
     * Reads settings. A key left out has the builder's default.
     *
     * @param map the settings, as {@link #toMap} gives them
     * @return the settings
     * @throws IllegalArgumentException if a key is unknown, a value no number or out of its range,
     *     or the version is not this one; it names the key
     */
    public static BatchMixing fromMap(Map<String, Object> map) {
        Objects.requireNonNull(map, "map");
        SettingsMap settings = new SettingsMap("mixing", map);
        int given = settings.integer("version", VERSION);
        if (given != VERSION) {
            throw new IllegalArgumentException(
                    "mixing.version must be "
                            + VERSION
                            + ", but was "
                            + given
                            + "; other versions draw other mixes from the same settings");
        }
        BatchMixing result =
                new BatchMixing(
                        settings.number("mixupAlpha", NONE.mixupAlpha),
                        settings.number("cutmixAlpha", NONE.cutmixAlpha),
                        settings.number("probability", NONE.probability),
                        settings.number("switchProbability", NONE.switchProbability));
        settings.finish();
        return result;
    }

    /** Settings of a {@link BatchMixing}. */
    public static final class Builder {

        private final Setting<Double> mixupAlpha = new Setting<>("mixupAlpha");
        private final Setting<Double> cutmixAlpha = new Setting<>("cutmixAlpha");
        private final Setting<Double> probability = new Setting<>("probability");
        private final Setting<Double> switchProbability = new Setting<>("switchProbability");

        private Builder() {}

        /**
         * Mixes by mixup; default not.
         *
         * @param alpha the smaller, the more one image prevails; 0.2 is usual
         * @return this builder
         */
        public Builder optMixup(double alpha) {
            mixupAlpha.set(alpha);
            return this;
        }

        /**
         * Mixes by CutMix; default not.
         *
         * @param alpha 1 draws the area uniformly
         * @return this builder
         */
        public Builder optCutmix(double alpha) {
            cutmixAlpha.set(alpha);
            return this;
        }

        /**
         * Sets how often a batch is mixed; default always.
         *
         * @param probability from 0 to 1
         * @return this builder
         */
        public Builder optProbability(double probability) {
            this.probability.set(probability);
            return this;
        }

        /**
         * Sets how often it is CutMix where there are both; default 0.5.
         *
         * @param probability from 0 to 1
         * @return this builder
         */
        public Builder optSwitchProbability(double probability) {
            switchProbability.set(probability);
            return this;
        }

        /**
         * Creates the settings.
         *
         * @return the settings
         * @throws IllegalArgumentException as the constructor of {@link BatchMixing}
         */
        public BatchMixing build() {
            return new BatchMixing(
                    mixupAlpha.or(NONE.mixupAlpha),
                    cutmixAlpha.or(NONE.cutmixAlpha),
                    probability.or(NONE.probability),
                    switchProbability.or(NONE.switchProbability));
        }
    }
}
