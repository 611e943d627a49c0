package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;

/**
 * A box of whole pixels to be cut out of an image.
 *
 * <p>Paddle's takes four numbers of the generator that it is given, always; torchvision's takes as
 * many as it needs and so has one of its own.
 */
record CropBox(int left, int top, int width, int height) {

    private static final int TRIES = 10;

    /** PaddleClas' {@code RandCropImage}. */
    static CropBox paddle(
            CounterRandom random, Range area, Range aspectRatio, boolean log, int w, int h) {
        double ratio = log ? aspectRatio.drawLog(random) : aspectRatio.draw(random);
        // The largest share of the area that a box of this ratio can have.
        double imageRatio = (double) w / h;
        double fits = Math.min(imageRatio / ratio, ratio / imageRatio);
        double share = area.clipTo(fits).draw(random);
        double side = Math.sqrt((double) w * h * share);
        int width = within(side * Math.sqrt(ratio), w);
        int height = within(side / Math.sqrt(ratio), h);
        int left = random.nextInt(w - width + 1);
        int top = random.nextInt(h - height + 1);
        return new CropBox(left, top, width, height);
    }

    /** Truncated as Paddle does, but at least one pixel: a 2 x 2 image has an 8 % crop too. */
    private static int within(double side, int limit) {
        // The sliver keeps a crop of the whole image whole when a square root falls short of it.
        return Math.max(1, Math.min(limit, (int) (side + 1e-9)));
    }

    /** torchvision's {@code RandomResizedCrop}; sides are rounded half to even. */
    static CropBox torchvision(CounterRandom random, Range area, Range aspectRatio, int w, int h) {
        for (int i = 0; i < TRIES; i++) {
            double pixels = (double) w * h * area.draw(random);
            double ratio = aspectRatio.drawLog(random);
            int width = (int) Math.rint(Math.sqrt(pixels * ratio));
            int height = (int) Math.rint(Math.sqrt(pixels / ratio));
            if (width > 0 && width <= w && height > 0 && height <= h) {
                int top = random.nextInt(h - height + 1);
                int left = random.nextInt(w - width + 1);
                return new CropBox(left, top, width, height);
            }
        }
        return centre(aspectRatio, w, h);
    }

    /** The largest box in the centre whose ratio is permitted. */
    private static CropBox centre(Range aspectRatio, int w, int h) {
        double imageRatio = (double) w / h;
        int width = w;
        int height = h;
        // At least one pixel, which torchvision does not look after: a 2 x 300 image has 2 x 2.
        if (imageRatio < aspectRatio.min()) {
            height = Math.max(1, (int) Math.rint(w / aspectRatio.min()));
        } else if (imageRatio > aspectRatio.max()) {
            width = Math.max(1, (int) Math.rint(h * aspectRatio.max()));
        }
        return new CropBox((w - width) / 2, (h - height) / 2, width, height);
    }

    /** A box of the image's size, up to a margin away from it in each direction. */
    static CropBox padded(CounterRandom random, int margin, int w, int h) {
        int left = random.nextInt(2 * margin + 1) - margin;
        int top = random.nextInt(2 * margin + 1) - margin;
        return new CropBox(left, top, w, h);
    }
}
