package io.ssld.images.view;

import io.ssld.images.internal.Pixels;
import java.util.Objects;

/** Boxes that reach into the margin around an image. */
public final class Margins {

    private Margins() {}

    /** Cuts the box of a view out, with what it sees of the margin. */
    public static Pixels cut(Pixels image, View view) {
        int left = (int) view.left();
        int top = (int) view.top();
        int width = (int) view.width();
        int height = (int) view.height();
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        fill(rgb, view.margin().color());
        int from = Math.max(0, left);
        int length = 3 * (Math.min(image.width(), left + width) - from);
        for (int y = Math.max(0, top);
                length > 0 && y < Math.min(image.height(), top + height);
                y++) {
            System.arraycopy(
                    image.rgb(),
                    3 * (y * image.width() + from),
                    rgb,
                    3 * ((y - top) * width + from - left),
                    length);
        }
        return new Pixels(width, height, rgb);
    }

    /** The view of what was cut out that shows what the view of the image shows. */
    public static View ofCut(View view) {
        Objects.requireNonNull(view, "view");
        return new View(View.Order.CROP_THEN_RESIZE, 0, 0, view.width(), view.height(), view.flip())
                .withInterpolation(view.interpolation());
    }

    private static void fill(byte[] rgb, int color) {
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) (color >> 16);
            rgb[i + 1] = (byte) (color >> 8);
            rgb[i + 2] = (byte) color;
        }
    }
}
