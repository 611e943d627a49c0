package io.ssld.images.view.internal;

import io.ssld.images.internal.Pixels;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.Interpolation;
import io.ssld.images.view.View;

/** Scales whole images, byte for byte as the boxes of views are. */
public final class Scaling {

    private Scaling() {}

    /**
     * Scales an image.
     *
     * @param image the image
     * @param size what it becomes
     * @param how the original that its bytes equal
     * @return the image of that size; the same one if it had it
     */
    public static Pixels scale(Pixels image, ImageSize size, Interpolation how) {
        if (image.width() == size.width() && image.height() == size.height()) {
            return image;
        }
        View all =
                new View(View.Order.CROP_THEN_RESIZE, 0, 0, image.width(), image.height(), false)
                        .withInterpolation(how);
        byte[] rgb =
                new byte[Math.multiplyExact(3, Math.multiplyExact(size.width(), size.height()))];
        new ViewRenderer(size).render(image, all, rgb);
        return new Pixels(size.width(), size.height(), rgb);
    }
}
