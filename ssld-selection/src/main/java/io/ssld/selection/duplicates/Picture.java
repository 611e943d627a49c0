package io.ssld.selection.duplicates;

import io.ssld.images.internal.Pixels;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * An image in colour, averaged down to what a comparison of pixels looks at.
 *
 * @param width of the image itself, in pixels
 * @param height of the image itself, in pixels
 * @param pixels the image, its longer side at most {@link #LONGEST} pixels
 */
record Picture(int width, int height, Pixels pixels) {

    /** Letters of a page are told apart at this size; features are found at less. */
    static final int LONGEST = 800;

    static Picture of(Pixels image) {
        return new Picture(image.width(), image.height(), Thumbnails.shrink(image, LONGEST));
    }

    int longer() {
        return Math.max(width, height);
    }

    /** Pixels of this picture for each of the image. */
    double scale() {
        return (double) pixels.width() / width;
    }

    Mat toMat(Mats mats) {
        Mat rgb = mats.add(new Mat(pixels.height(), pixels.width(), CvType.CV_8UC3));
        rgb.put(0, 0, pixels.rgb());
        return rgb;
    }
}
