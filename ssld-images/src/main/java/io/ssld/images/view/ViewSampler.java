package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;

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
     * Starts a sampler of random crops and flips, with PaddleClas' defaults, to which other
     * augmentations can be added.
     *
     * @return the builder
     */
    static AugmentationBuilder builder() {
        return new AugmentationBuilder();
    }
}
