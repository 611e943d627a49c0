package io.ssld.images.view.internal;

import io.ssld.images.internal.Pixels;
import io.ssld.images.view.ErasedBox;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.Interpolation;
import io.ssld.images.view.Margins;
import io.ssld.images.view.PixelOp;
import io.ssld.images.view.Raster;
import io.ssld.images.view.View;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Renders views of images to one size, as bytes: margin, box, resizing, flip and operations. What a
 * view erases comes later, on normalised numbers: {@link ErasedBox#erase}.
 *
 * <p>May be called from several threads at once; the buffers of one call serve the next.
 */
public final class ViewRenderer {

    private final ImageSize size;
    private final OpenCvResampler openCv;
    private final Queue<Raster> rasters = new ConcurrentLinkedQueue<>();
    private final Queue<PillowResampler> pillows = new ConcurrentLinkedQueue<>();

    /**
     * Creates a renderer.
     *
     * @param size the size of the network's input
     */
    public ViewRenderer(ImageSize size) {
        Objects.requireNonNull(size, "size");
        this.size = size;
        this.openCv = new OpenCvResampler(size);
    }

    /**
     * Writes {@code height * width * 3} bytes, row by row, red, green, blue.
     *
     * @param image the image that the view was drawn for
     * @param view what is seen of it
     * @param out takes the bytes
     * @throws IllegalArgumentException if the view's box does not lie in the image and its margin
     */
    public void render(Pixels image, View view, byte[] out) {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(view, "view");
        Objects.requireNonNull(out, "out");
        requireInside(image, view);
        if (view.margin().pixels() == 0) {
            resize(image, view, out);
        } else {
            resize(Margins.cut(image, view), Margins.ofCut(view), out);
        }
        if (!view.ops().isEmpty()) {
            applyOps(view, out);
        }
    }

    private void resize(Pixels image, View view, byte[] out) {
        if (view.interpolation() == Interpolation.OPENCV_BILINEAR) {
            openCv.render(image, view, out);
            return;
        }
        PillowResampler pillow = pillows.poll();
        if (pillow == null) {
            pillow = new PillowResampler(size);
        }
        pillow.render(image, view, out);
        pillows.add(pillow);
    }

    private void applyOps(View view, byte[] out) {
        Raster raster = rasters.poll();
        if (raster == null) {
            raster = new Raster();
        }
        raster.load(out, size.width(), size.height());
        for (PixelOp op : view.ops()) {
            raster.apply(op);
        }
        raster.store(out);
        rasters.add(raster);
    }

    private static void requireInside(Pixels image, View view) {
        // A millionth of a pixel for the rounding of edges between pixels.
        double room = view.margin().pixels() + 1e-6;
        if (view.left() + view.width() > image.width() + room
                || view.top() + view.height() > image.height() + room) {
            throw new IllegalArgumentException(
                    "view must lie in the image of "
                            + image.width()
                            + " x "
                            + image.height()
                            + ", but was "
                            + view);
        }
    }
}
