package io.ssld.selection.duplicates;

import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;

/**
 * SIFT features of one image and the picture they were found in, held in Java so that nothing
 * native outlives a call.
 *
 * @param source the size of the image itself
 * @param picture the size of the picture: the image, or its mirror image, brought to one length
 * @param grey the picture, a byte a pixel
 * @param places x and y of each feature in the picture
 * @param descriptors 128 bytes each
 * @param mirrored whether the picture is the mirror image
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Features(
        Size source,
        Size picture,
        byte[] grey,
        float[] places,
        byte[] descriptors,
        boolean mirrored) {

    static final int LENGTH = 128;

    /** Pixels of an image. */
    record Size(int width, int height) {

        int longer() {
            return Math.max(width, height);
        }
    }

    int count() {
        return places.length / 2;
    }

    Point place(int feature) {
        return new Point(places[2 * feature], places[2 * feature + 1]);
    }

    /** Pixels of the picture for each of the image. */
    double scale() {
        return (double) picture.width() / source.width();
    }

    Mat greyMat(Mats mats) {
        Mat mat = mats.add(new Mat(picture.height(), picture.width(), CvType.CV_8U));
        mat.put(0, 0, grey);
        return mat;
    }

    Mat descriptorMat(Mats mats) {
        Mat bytes = mats.add(new Mat(count(), LENGTH, CvType.CV_8U));
        bytes.put(0, 0, descriptors);
        Mat floats = mats.create();
        bytes.convertTo(floats, CvType.CV_32F);
        return floats;
    }
}
