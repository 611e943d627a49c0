package io.ssld.images.view;

/**
 * A margin of one colour laid around an image before it is cropped.
 *
 * @param pixels its width on each of the four sides, in pixels of the image
 * @param color its colour as {@code 0xRRGGBB}
 */
public record Margin(int pixels, int color) {

    /** No margin. */
    public static final Margin NONE = new Margin(0, 0);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the width is not in 0..65,535 or the colour has more than
     *     24 bits
     */
    public Margin {
        if (pixels < 0 || pixels > 0xFFFF) {
            throw new IllegalArgumentException(
                    "margin must be 0 to 65535 pixels wide, but was " + pixels);
        }
        PixelOp.requireColor(color);
    }
}
