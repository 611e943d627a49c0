package io.ssld.images.view;

/**
 * Sees in training exactly what an evaluation sees: the short side resized, the centre cut out, not
 * flipped, every time. For the step of FixRes that tunes a classifier to test images.
 *
 * @param shortSide what the shorter side of the image becomes
 * @param height the height of the centre, which is that of the network's input
 * @param width the width of the centre
 * @see View#centerCrop
 */
public record CenterCrop(int shortSide, int height, int width) implements ViewSampler {

    /**
     * Checks that the centre fits.
     *
     * @throws IllegalArgumentException if a side is not positive or the centre does not fit
     */
    public CenterCrop {
        if (height < 1 || width < 1 || shortSide < Math.max(height, width)) {
            throw new IllegalArgumentException(
                    "shortSide must be at least the crop's "
                            + width
                            + " x "
                            + height
                            + ", but was "
                            + shortSide);
        }
    }

    @Override
    public View draw(long imageDigest, int viewNumber, int imageWidth, int imageHeight) {
        return View.centerCrop(imageWidth, imageHeight, shortSide, width, height);
    }

    /** Nothing is drawn, so no seed changes it. */
    @Override
    public ViewSampler forRun(long runSeed) {
        return this;
    }
}
