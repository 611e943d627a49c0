package io.ssld.core.view;

import io.ssld.core.image.Box;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One augmentation of one image, as data: what is seen of it. A view does not know the size that it
 * is rendered to, so one view serves networks of several sizes.
 *
 * @param order whether the box is cut out before or after resizing
 * @param left the left edge of the box, in pixels of the image
 * @param top the upper edge of the box, in pixels of the image
 * @param width the width of the box, in pixels of the image
 * @param height the height of the box, in pixels of the image
 * @param flip whether left and right are swapped at the end
 */
public record View(
        Order order, double left, double top, double width, double height, boolean flip) {

    /** What is done first; it decides what the pixels at the box's border are mixed with. */
    public enum Order {
        /**
         * The box, of whole pixels, is cut out and resized. Pixels outside it are never seen:
         * training.
         */
        CROP_THEN_RESIZE,
        /**
         * The image is resized and the box cut out of that, so the edges of the box may lie between
         * pixels and its border is mixed with the pixels around it: evaluation.
         */
        RESIZE_THEN_CROP
    }

    /**
     * Checks the box.
     *
     * @param order whether the box is cut out before or after resizing
     * @param left the left edge of the box, in pixels of the image
     * @param top the upper edge of the box, in pixels of the image
     * @param width the width of the box, in pixels of the image
     * @param height the height of the box, in pixels of the image
     * @param flip whether left and right are swapped at the end
     * @throws IllegalArgumentException if it is empty, starts outside the image, or has edges
     *     between pixels although it is cut out first
     */
    public View {
        Objects.requireNonNull(order, "order");
        if (!(left >= 0
                && top >= 0
                && width > 0
                && height > 0
                && left + width + top + height < 1e9)) {
            throw new IllegalArgumentException(
                    "box must lie in the image, but was "
                            + width
                            + " x "
                            + height
                            + " at "
                            + left
                            + ", "
                            + top);
        }
        if (order == Order.CROP_THEN_RESIZE && !(isWhole(left, top) && isWhole(width, height))) {
            throw new IllegalArgumentException(
                    "box must have whole edges to be cut out first, but was "
                            + width
                            + " x "
                            + height
                            + " at "
                            + left
                            + ", "
                            + top);
        }
    }

    /**
     * Sees the whole image.
     *
     * @param imageWidth the width of the image
     * @param imageHeight the height of the image
     * @return the view
     */
    public static View whole(int imageWidth, int imageHeight) {
        return new View(Order.CROP_THEN_RESIZE, 0, 0, imageWidth, imageHeight, false);
    }

    /**
     * Resizes the short side, then cuts out the centre: how PaddleClas evaluates. The long side is
     * rounded (half to even), the odd pixel goes to the right and below.
     *
     * @param imageWidth the width of the image
     * @param imageHeight the height of the image
     * @param shortSide what the shorter side becomes
     * @param width the width of the box after resizing, which is that of the network's input
     * @param height the height of the box after resizing
     * @return the view
     * @throws IllegalArgumentException if the box is larger than {@code shortSide}
     */
    public static View centerCrop(
            int imageWidth, int imageHeight, int shortSide, int width, int height) {
        if (shortSide < Math.max(width, height)) {
            throw new IllegalArgumentException(
                    "shortSide must be at least the crop's "
                            + width
                            + " x "
                            + height
                            + ", but was "
                            + shortSide);
        }
        double percent = (double) shortSide / Math.min(imageWidth, imageHeight);
        long resizedWidth = (long) Math.rint(imageWidth * percent);
        long resizedHeight = (long) Math.rint(imageHeight * percent);
        double scaleX = (double) imageWidth / resizedWidth;
        double scaleY = (double) imageHeight / resizedHeight;
        long left = (resizedWidth - width) / 2;
        long top = (resizedHeight - height) / 2;
        return new View(
                Order.RESIZE_THEN_CROP,
                left * scaleX,
                top * scaleY,
                width * scaleX,
                height * scaleY,
                false);
    }

    /**
     * The part of the image that this view needs and nothing around it, in whole pixels; null if it
     * mixes in pixels around its box.
     */
    public @Nullable Box onlySees() {
        return order == Order.CROP_THEN_RESIZE
                ? new Box((int) left, (int) top, (int) width, (int) height)
                : null;
    }

    /** This view of an image that was cut down to what it {@linkplain #onlySees sees}. */
    public View atOrigin() {
        return new View(order, 0, 0, width, height, flip);
    }

    private static boolean isWhole(double a, double b) {
        return a == Math.rint(a) && b == Math.rint(b);
    }
}
