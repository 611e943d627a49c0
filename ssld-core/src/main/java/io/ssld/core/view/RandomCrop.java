package io.ssld.core.view;

import io.ssld.core.internal.CounterRandom;

/**
 * Crops of random area, shape and place, sometimes flipped, as PaddleClas' {@code RandCropImage}
 * draws them: the aspect ratio uniformly (torchvision's is log-uniform), the area uniformly from
 * the part of the range that still fits with that ratio. So one draw always succeeds, where
 * torchvision tries ten times and falls back to the centre.
 *
 * @param area share of the image's area
 * @param aspectRatio width divided by height of the crop
 * @param flipProbability how often left and right are swapped
 * @param seed which views
 */
record RandomCrop(Range area, Range aspectRatio, double flipProbability, long seed)
        implements ViewSampler {

    @Override
    public View draw(long imageDigest, int viewNumber, int imageWidth, int imageHeight) {
        CounterRandom random = CounterRandom.of(seed, imageDigest, viewNumber);
        double ratio = aspectRatio.draw(random);
        // The largest share of the area that a box of this ratio can have.
        double imageRatio = (double) imageWidth / imageHeight;
        double fits = Math.min(imageRatio / ratio, ratio / imageRatio);
        double share = area.clipTo(fits).draw(random);
        double side = Math.sqrt((double) imageWidth * imageHeight * share);
        int width = within(side * Math.sqrt(ratio), imageWidth);
        int height = within(side / Math.sqrt(ratio), imageHeight);
        int left = random.nextInt(imageWidth - width + 1);
        int top = random.nextInt(imageHeight - height + 1);
        // Draws of later kinds of augmentation follow this one, so that old views stay the same.
        boolean flip = random.nextDouble() < flipProbability;
        return new View(View.Order.CROP_THEN_RESIZE, left, top, width, height, flip);
    }

    /** Truncated as Paddle does, but at least one pixel: a 2 x 2 image has an 8 % crop too. */
    private static int within(double side, int limit) {
        // The sliver keeps a crop of the whole image whole when a square root falls short of it.
        return Math.max(1, Math.min(limit, (int) (side + 1e-9)));
    }

    /** Numbers from {@code min} to {@code max}. */
    record Range(double min, double max) {

        double draw(CounterRandom random) {
            return random.nextDouble(min, max);
        }

        Range clipTo(double limit) {
            return new Range(Math.min(min, limit), Math.min(max, limit));
        }
    }
}
