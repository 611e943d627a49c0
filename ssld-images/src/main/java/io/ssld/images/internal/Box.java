package io.ssld.images.internal;

/**
 * A part of an image, in whole pixels.
 *
 * @param left the leftmost column
 * @param top the uppermost row
 * @param width how many columns
 * @param height how many rows
 */
public record Box(int left, int top, int width, int height) {

    /**
     * Checks the box.
     *
     * @throws IllegalArgumentException if it is empty or starts outside
     */
    public Box {
        if (left < 0 || top < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "box must have pixels and start in the image, but was "
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
     * Tells whether all of it lies in an image.
     *
     * @param imageWidth the width of the image
     * @param imageHeight the height of the image
     * @return whether no pixel lies outside
     */
    public boolean isIn(int imageWidth, int imageHeight) {
        return width <= imageWidth - left && height <= imageHeight - top;
    }
}
