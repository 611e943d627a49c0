package io.ssld.core.image;

/** A decoded image: {@code height * width * 3} bytes, row by row, red, green, blue. */
public final class Pixels {

    private final int width;
    private final int height;
    private final byte[] rgb;

    /** Takes {@code rgb} over; nobody changes it any more. */
    public Pixels(int width, int height, byte[] rgb) {
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "rgb must have " + 3L * width * height + " bytes, but had " + rgb.length);
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    public byte[] rgb() {
        return rgb;
    }
}
