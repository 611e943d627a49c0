package io.ssld.zoo;

import io.ssld.images.view.Interpolation;
import java.util.List;
import java.util.Objects;
import java.util.function.DoublePredicate;

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
     * @throws IllegalArgumentException if the crop is not within the scaled image, or there are not
     *     three finite means and three standard deviations above 0
     */
    public Preprocessing {
        Objects.requireNonNull(interpolation, "interpolation");
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(std, "std");
        if (crop < 1 || crop > resizeShort) {
            throw new IllegalArgumentException(
                    "crop must be at least 1 and at most resizeShort, "
                            + resizeShort
                            + ", but was "
                            + crop);
        }
        mean = requireChannels("mean", mean, value -> true);
        std = requireChannels("std", std, value -> value > 0);
    }

    private static List<Double> requireChannels(
            String name, List<Double> values, DoublePredicate rule) {
        if (values.size() != 3
                || !values.stream().allMatch(each -> Double.isFinite(each) && rule.test(each))) {
            throw new IllegalArgumentException(
                    "%s must be three finite numbers%s, but was %s"
                            .formatted(name, name.equals("std") ? " above 0" : "", values));
        }
        return List.copyOf(values);
    }

    /**
     * Returns this preprocessing for another size of input, the shorter side growing in proportion:
     * 256 and 224 become 329 and 288.
     *
     * @param side the sides of the part in the middle
     * @return the preprocessing
     */
    public Preprocessing withCrop(int side) {
        int shorter = (int) Math.round((double) side * resizeShort / crop);
        return new Preprocessing(shorter, side, interpolation, mean, std);
    }

    /**
     * Returns this preprocessing with another shorter side.
     *
     * @param side the shorter side after scaling, at least the crop
     * @return the preprocessing
     */
    public Preprocessing withResizeShort(int side) {
        return new Preprocessing(side, crop, interpolation, mean, std);
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
