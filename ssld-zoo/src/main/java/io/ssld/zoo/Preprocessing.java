package io.ssld.zoo;

import java.util.List;

/**
 * What becomes of an image before a network sees it: scale the shorter side, cut out the middle,
 * divide by 255, subtract the mean and divide by the standard deviation of each channel.
 *
 * @param resizeShort the shorter side after scaling; the longer one is rounded to the nearest even
 *     number at .5
 * @param crop the sides of the part in the middle
 * @param interpolation how to scale
 * @param mean of red, green and blue, in [0, 1]
 * @param std the standard deviation of red, green and blue
 */
public record Preprocessing(
        int resizeShort,
        int crop,
        Interpolation interpolation,
        List<Double> mean,
        List<Double> std) {

    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    /**
     * Creates a preprocessing.
     *
     * @throws IllegalArgumentException if the crop is not within the scaled image
     */
    public Preprocessing {
        if (crop < 1 || crop > resizeShort) {
            throw new IllegalArgumentException(
                    "crop must be at least 1 and at most resizeShort, "
                            + resizeShort
                            + ", but was "
                            + crop);
        }
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /** Returns the preprocessing of the networks that were not said to have another. */
    static Preprocessing standard() {
        return imageNet(256, Interpolation.OPENCV_BILINEAR);
    }

    /** Returns a preprocessing with the usual crop, mean and standard deviation. */
    static Preprocessing imageNet(int resizeShort, Interpolation interpolation) {
        return new Preprocessing(resizeShort, 224, interpolation, IMAGENET_MEAN, IMAGENET_STD);
    }
}
