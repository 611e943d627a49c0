package io.ssld.core.view;

import io.ssld.core.internal.CounterRandom;
import io.ssld.core.internal.Setting;

/**
 * Draws the views of images.
 *
 * <p>A sampler is a function: what it draws depends on the image, the number of the view and its
 * own settings, never on the order of calls or the thread. So a label store can say for which view
 * a label holds, and the view can be made again.
 */
@FunctionalInterface
public interface ViewSampler {

    /**
     * Draws a view.
     *
     * @param imageDigest the first eight bytes of the SHA-256 of the image's file, big-endian
     * @param viewNumber which view of that image, from 0; in training the number of the pass
     * @param imageWidth the width of the image in pixels, at least 1
     * @param imageHeight the height of the image in pixels, at least 1
     * @return the view, inside the image
     */
    View draw(long imageDigest, int viewNumber, int imageWidth, int imageHeight);

    /**
     * Returns this sampler with other draws, so that runs with different seeds see different views.
     *
     * @param runSeed the seed of the run
     * @return a sampler whose draws depend on that seed as well
     */
    default ViewSampler forRun(long runSeed) {
        long salt = CounterRandom.of(runSeed).nextLong();
        return (digest, number, width, height) -> draw(digest ^ salt, number, width, height);
    }

    /**
     * Returns a sampler that always sees the whole image: training without augmentation.
     *
     * @return the sampler
     */
    static ViewSampler whole() {
        return (digest, number, width, height) -> View.whole(width, height);
    }

    /**
     * Starts a sampler of random crops and flips, with PaddleClas' defaults.
     *
     * @return the builder
     */
    static Builder builder() {
        return new Builder();
    }

    /** Settings of a sampler of random crops and flips. */
    final class Builder {

        private final Setting<RandomCrop.Range> area = new Setting<>("area");
        private final Setting<RandomCrop.Range> aspectRatio = new Setting<>("aspectRatio");
        private final Setting<Double> flipProbability = new Setting<>("flipProbability");
        private final Setting<Long> seed = new Setting<>("seed");

        private Builder() {}

        /**
         * Sets how much of the image's area a crop covers; default 0.08 to 1.
         *
         * @param min the lowest share, above 0
         * @param max the highest share, at most 1
         * @return this builder
         */
        public Builder optArea(double min, double max) {
            if (!(min > 0 && min <= max && max <= 1)) {
                throw new IllegalArgumentException(
                        "area must be a range in (0, 1], but was " + min + ".." + max);
            }
            area.set(new RandomCrop.Range(min, max));
            return this;
        }

        /**
         * Sets the width of a crop divided by its height; default 3/4 to 4/3.
         *
         * @param min the lowest ratio, above 0
         * @param max the highest ratio, finite
         * @return this builder
         */
        public Builder optAspectRatio(double min, double max) {
            if (!(min > 0 && min <= max && max < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "aspectRatio must be a range above 0, but was " + min + ".." + max);
            }
            aspectRatio.set(new RandomCrop.Range(min, max));
            return this;
        }

        /**
         * Sets how often left and right are swapped; default 0.5.
         *
         * @param probability from 0 to 1
         * @return this builder
         */
        public Builder optFlipProbability(double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "flipProbability must be in 0..1, but was " + probability);
            }
            flipProbability.set(probability);
            return this;
        }

        /**
         * Sets which views are drawn; default 0.
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed.set(seed);
            return this;
        }

        /**
         * Creates the sampler. Samplers of equal settings are equal, and say their settings.
         *
         * @return the sampler
         */
        public ViewSampler build() {
            return new RandomCrop(
                    area.or(new RandomCrop.Range(0.08, 1)),
                    aspectRatio.or(new RandomCrop.Range(3.0 / 4, 4.0 / 3)),
                    flipProbability.or(0.5),
                    seed.or(0L));
        }
    }
}
