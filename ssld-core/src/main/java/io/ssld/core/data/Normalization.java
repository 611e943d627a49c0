package io.ssld.core.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a network wants its pixels: {@code (value / 255 - mean) / std}, channel by channel, in the
 * order red, green, blue.
 *
 * @param mean what is taken off each channel
 * @param std what each channel is divided by, above 0
 */
public record Normalization(List<Float> mean, List<Float> std) {

    /** The statistics of ImageNet, which most networks are trained with. */
    public static final Normalization IMAGENET =
            new Normalization(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

    /** Mean and standard deviation 0.5: values in -1..1, as vision transformers want them. */
    public static final Normalization HALF =
            new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.5f, 0.5f, 0.5f));

    /** Mean 0, standard deviation 1: values in 0..1. */
    public static final Normalization NONE =
            new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

    /**
     * Copies and checks the numbers.
     *
     * @throws IllegalArgumentException if there is no channel, the lengths differ, a number is not
     *     finite or a standard deviation is not above 0
     */
    public Normalization {
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(std, "std");
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.isEmpty() || mean.size() != std.size()) {
            throw new IllegalArgumentException(
                    "mean and std must have the same number of channels, at least 1, but had "
                            + mean.size()
                            + " and "
                            + std.size());
        }
        for (float value : mean) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("mean must be finite, but was " + mean);
            }
        }
        for (float value : std) {
            if (!(value > 0 && Float.isFinite(value))) {
                throw new IllegalArgumentException(
                        "std must be above 0 and finite, but was " + std);
            }
        }
    }

    /**
     * Creates a normalisation.
     *
     * @param mean what is taken off each channel, on the scale 0..1
     * @param std what each channel is divided by, on the scale 0..1
     * @return the normalisation
     * @throws IllegalArgumentException as the constructor
     */
    public static Normalization of(float[] mean, float[] std) {
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(std, "std");
        return new Normalization(listOf(mean), listOf(std));
    }

    /**
     * Returns the number of channels.
     *
     * @return the length of mean and standard deviation
     */
    public int channels() {
        return mean.size();
    }

    /**
     * Returns what turns pixels normalised this way into pixels normalised another way, so that one
     * batch can serve a student and a teacher that want different statistics:
     *
     * <pre>
     * scale  = std / other.std
     * offset = (mean - other.mean) / other.std
     * </pre>
     *
     * @param other the normalisation wanted
     * @return scale and offset of each channel; 1 and 0 if both are equal
     * @throws IllegalArgumentException if the numbers of channels differ
     */
    public Affine affineTo(Normalization other) {
        Objects.requireNonNull(other, "other");
        if (other.channels() != channels()) {
            throw new IllegalArgumentException(
                    "other must have " + channels() + " channels, but had " + other.channels());
        }
        float[] scale = new float[channels()];
        float[] offset = new float[channels()];
        for (int c = 0; c < channels(); c++) {
            double divisor = other.std.get(c);
            scale[c] = (float) (std.get(c) / divisor);
            offset[c] = (float) (((double) mean.get(c) - other.mean.get(c)) / divisor);
        }
        return new Affine(listOf(scale), listOf(offset));
    }

    /** The normalised value of each byte: one look-up instead of a division for every pixel. */
    public float[] table(int channel) {
        float[] table = new float[256];
        for (int value = 0; value < table.length; value++) {
            table[value] = (float) ((value / 255.0 - mean.get(channel)) / std.get(channel));
        }
        return table;
    }

    private static List<Float> listOf(float[] values) {
        List<Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return List.copyOf(list);
    }

    /**
     * What maps one normalisation to another: {@code x * scale + offset}, channel by channel.
     *
     * @param scale the factor of each channel
     * @param offset what is added to each channel after that
     */
    public record Affine(List<Float> scale, List<Float> offset) {

        /** Copies the numbers. */
        public Affine {
            Objects.requireNonNull(scale, "scale");
            Objects.requireNonNull(offset, "offset");
            scale = List.copyOf(scale);
            offset = List.copyOf(offset);
        }

        /**
         * Returns whether this changes nothing.
         *
         * @return whether every scale is 1 and every offset 0
         */
        public boolean isIdentity() {
            return scale.stream().allMatch(s -> s == 1f) && offset.stream().allMatch(o -> o == 0f);
        }
    }
}
