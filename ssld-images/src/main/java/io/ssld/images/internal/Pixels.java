package io.ssld.images.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A decoded image: {@code height * width * 3} bytes, row by row, red, green, blue. */
public final class Pixels {

    /** Bytes a pixel: red, green, blue. */
    public static final int CHANNELS = 3;

    private final int width;
    private final int height;
    private final byte[] rgb;

    /** Takes {@code rgb} over; nobody changes it any more. */
    public Pixels(int width, int height, byte[] rgb) {
        Objects.requireNonNull(rgb, "rgb");
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "rgb must have " + 3L * width * height + " bytes, but had " + rgb.length);
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** The part in a box, or this if there is none. */
    public Pixels cut(@Nullable Box box) {
        if (box == null) {
            return this;
        }
        byte[] part = new byte[3 * box.width() * box.height()];
        for (int y = 0; y < box.height(); y++) {
            int from = 3 * ((box.top() + y) * width + box.left());
            System.arraycopy(rgb, from, part, 3 * y * box.width(), 3 * box.width());
        }
        return new Pixels(box.width(), box.height(), part);
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
