package io.ssld.images.view;

/** The size of a network's input, in pixels. */
public record ImageSize(int height, int width) {

    public ImageSize {
        if (height < 1 || width < 1 || 3L * height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "size must be at least 1 x 1 and fit an array, but was "
                            + height
                            + " x "
                            + width);
        }
    }

    /** The number of bytes of an RGB image of this size. */
    public int bytes() {
        return 3 * height * width;
    }

    /** The short side to resize to when nothing else is said: 256 for 224. */
    public int defaultShortSide() {
        return (int) Math.round(Math.max(height, width) * 256.0 / 224.0);
    }

    @Override
    public String toString() {
        return height + " x " + width;
    }
}
