package io.ssld.selection.duplicates;

import io.ssld.images.internal.Pixels;
import java.lang.ref.Reference;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.KeyPoint;
import org.opencv.core.Mat;
import org.opencv.core.MatOfKeyPoint;
import org.opencv.core.Size;
import org.opencv.features2d.SIFT;
import org.opencv.imgproc.Imgproc;

/**
 * Finds SIFT features (Lowe, "Distinctive image features from scale-invariant keypoints", 2004).
 *
 * <p>Every image is first brought to one length of its longer side, small ones enlarged, so that a
 * thumbnail and its original are looked at alike.
 */
final class SiftExtractor {

    /** Longer side in pixels that images are brought to. */
    static final int SIDE = 320;

    private static final int FEATURES = 600;

    /** Lower than the usual 0.04: photographs of clothes have little else. */
    private static final double CONTRAST = 0.015;

    private static final int OCTAVE_LAYERS = 3;
    private static final double EDGE = 10;
    private static final double SIGMA = 1.6;

    private SiftExtractor() {}

    static Features extract(Pixels image, boolean mirrored) {
        OpenCv.load();
        try (Mats mats = new Mats()) {
            Mat grey = picture(image, mirrored, mats);
            SIFT sift = SIFT.create(FEATURES, OCTAVE_LAYERS, CONTRAST, EDGE, SIGMA);
            MatOfKeyPoint points = mats.add(new MatOfKeyPoint());
            Mat descriptors = mats.create();
            try {
                sift.detectAndCompute(grey, mats.create(), points, descriptors);
            } finally {
                // Its finaliser frees the native object, which the call above may still be using.
                Reference.reachabilityFence(sift);
            }
            KeyPoint[] found = points.toArray();
            byte[] values = new byte[found.length * Features.LENGTH];
            if (found.length > 0) {
                // Whole numbers in 0..255 already.
                Mat bytes = mats.create();
                descriptors.convertTo(bytes, CvType.CV_8U);
                bytes.get(0, 0, values);
            }
            byte[] pixels = new byte[grey.rows() * grey.cols()];
            grey.get(0, 0, pixels);
            return new Features(
                    new Features.Size(image.width(), image.height()),
                    new Features.Size(grey.cols(), grey.rows()),
                    pixels,
                    places(found),
                    values,
                    mirrored);
        }
    }

    private static Mat picture(Pixels image, boolean mirrored, Mats mats) {
        Mat rgb = mats.add(new Mat(image.height(), image.width(), CvType.CV_8UC3));
        rgb.put(0, 0, image.rgb());
        Mat full = mats.create();
        Imgproc.cvtColor(rgb, full, Imgproc.COLOR_RGB2GRAY);
        if (mirrored) {
            Core.flip(full, full, 1);
        }
        double scale = (double) SIDE / Math.max(image.width(), image.height());
        Size size =
                new Size(
                        Math.max(1, Math.round(image.width() * scale)),
                        Math.max(1, Math.round(image.height() * scale)));
        Mat grey = mats.create();
        int filter = scale < 1 ? Imgproc.INTER_AREA : Imgproc.INTER_CUBIC;
        Imgproc.resize(full, grey, size, 0, 0, filter);
        return grey;
    }

    private static float[] places(KeyPoint[] found) {
        float[] places = new float[2 * found.length];
        for (int i = 0; i < found.length; i++) {
            places[2 * i] = (float) found[i].pt.x;
            places[2 * i + 1] = (float) found[i].pt.y;
        }
        return places;
    }
}
