package io.ssld.zoo.internal;

import io.ssld.images.internal.Box;
import io.ssld.images.internal.Pixels;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.internal.Scaling;
import io.ssld.zoo.Preprocessing;
import java.util.Locale;
import java.util.Objects;

/**
 * Does to an image what {@link Preprocessing} says, in plain Java and without an engine: for
 * pipelines of their own, where {@code SsldTranslator} does not fit.
 */
public final class ImagePreparer {

    private ImagePreparer() {}

    /**
     * Prepares an image.
     *
     * @param how what to do
     * @param height the height of the image
     * @param width its width
     * @param rgb red, green and blue of each pixel, row by row
     * @return the values of the channels, one after the other: (3, crop, crop)
     * @throws IllegalArgumentException if there are not three bytes a pixel
     */
    public static float[] prepare(Preprocessing how, int height, int width, byte[] rgb) {
        Objects.requireNonNull(how, "how");
        Objects.requireNonNull(rgb, "rgb");
        if (rgb.length != 3L * height * width) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "rgb must have %d bytes, but had %d",
                            3L * height * width,
                            rgb.length));
        }
        return prepare(how, new Pixels(width, height, rgb));
    }

    /** Scales, crops and normalises. */
    public static float[] prepare(Preprocessing how, Pixels image) {
        return normalize(how, crop(how, image));
    }

    /** Scales and crops. */
    public static Pixels crop(Preprocessing how, Pixels image) {
        double scale = (double) how.resizeShort() / Math.min(image.height(), image.width());
        int height = Math.max(how.crop(), (int) Math.rint(image.height() * scale));
        int width = Math.max(how.crop(), (int) Math.rint(image.width() * scale));
        int side = how.crop();
        Box middle = new Box((width - side) / 2, (height - side) / 2, side, side);
        return Scaling.scale(image, new ImageSize(height, width), how.interpolation()).cut(middle);
    }

    /** Returns (value / 255 - mean) / std, channel by channel. */
    public static float[] normalize(Preprocessing how, Pixels image) {
        int plane = image.height() * image.width();
        float[] values = new float[Pixels.CHANNELS * plane];
        for (int c = 0; c < Pixels.CHANNELS; c++) {
            double mean = how.mean().get(c);
            double std = how.std().get(c);
            for (int i = 0; i < plane; i++) {
                int value = image.rgb()[i * Pixels.CHANNELS + c] & 0xff;
                values[c * plane + i] = (float) ((value / 255.0 - mean) / std);
            }
        }
        return values;
    }
}
