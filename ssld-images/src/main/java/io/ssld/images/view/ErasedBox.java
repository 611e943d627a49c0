package io.ssld.images.view;

import io.ssld.base.internal.NormalNoise;
import java.util.Objects;

/**
 * A box of the network's input that is overwritten after normalisation. Sizes and places are shares
 * of the input, so that one view serves networks of several sizes; pixels follow when it is
 * applied:
 *
 * <pre>
 * w    = clip(round(width * W), 1, W)      h   = clip(round(height * H), 1, H)
 * left = floor(across * (W - w + 1))       top = floor(down * (H - h + 1))
 * </pre>
 *
 * @param width the share of the input's width, in (0, 1]
 * @param height the share of the input's height, in (0, 1]
 * @param across where it lies in the free room from left to right, in [0, 1)
 * @param down where it lies in the free room from top to bottom, in [0, 1)
 * @param fill what it is filled with
 * @param seed which noise
 */
public record ErasedBox(
        double width, double height, double across, double down, Fill fill, long seed) {

    /** What is written over the pixels, which have mean 0 and deviation 1 or so. */
    public enum Fill {
        /** 0 everywhere: the mean colour of the normalisation. */
        ZERO,
        /** One normal number for each channel. */
        CHANNEL_NORMAL,
        /** One normal number for each channel of each pixel. */
        PIXEL_NORMAL
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a share or place is out of its range
     */
    public ErasedBox {
        Objects.requireNonNull(fill, "fill");
        if (!(width > 0 && width <= 1 && height > 0 && height <= 1)) {
            throw new IllegalArgumentException(
                    "erased box must have sides in (0, 1], but was " + width + " x " + height);
        }
        if (!(across >= 0 && across < 1 && down >= 0 && down < 1)) {
            throw new IllegalArgumentException(
                    "erased box must lie in [0, 1), but was at " + across + ", " + down);
        }
    }

    /**
     * Overwrites the box in an input.
     *
     * @param values normalised values, row by row, channels of a pixel side by side
     * @param offset where the input starts in {@code values}
     * @param size the size of the input; three channels
     */
    public void erase(float[] values, int offset, ImageSize size) {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(size, "size");
        int boxWidth = side(width, size.width());
        int boxHeight = side(height, size.height());
        int left = (int) (across * (size.width() - boxWidth + 1));
        int top = (int) (down * (size.height() - boxHeight + 1));
        NormalNoise noise = new NormalNoise(seed);
        float[] channels = new float[3];
        if (fill == Fill.CHANNEL_NORMAL) {
            for (int c = 0; c < channels.length; c++) {
                channels[c] = noise.next();
            }
        }
        for (int y = top; y < top + boxHeight; y++) {
            int start = offset + 3 * (y * size.width() + left);
            for (int i = 0; i < 3 * boxWidth; i++) {
                values[start + i] = fill == Fill.PIXEL_NORMAL ? noise.next() : channels[i % 3];
            }
        }
    }

    private static int side(double share, int limit) {
        return Math.max(1, Math.min(limit, (int) Math.rint(share * limit)));
    }
}
