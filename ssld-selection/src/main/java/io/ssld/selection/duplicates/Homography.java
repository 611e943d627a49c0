package io.ssld.selection.duplicates;

import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;

/**
 * A projective map of the plane, its nine numbers row by row.
 *
 * @param h nine numbers, the last one not zero
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Homography(double[] h) {

    /** What a copy of a photograph may be: from a quarter to four times as long, nearly flat. */
    private static final double MIN_AREA = 0.05;

    private static final double MAX_AREA = 20;
    private static final double MAX_PERSPECTIVE = 2e-3;

    static Homography scaling(double x, double y, double dx, double dy) {
        return new Homography(new double[] {x, 0, dx, 0, y, dy, 0, 0, 1});
    }

    /** Of a 2 x 3 or 3 x 3 matrix of OpenCV's. */
    static Homography of(Mat mat) {
        double[] h = {0, 0, 0, 0, 0, 0, 0, 0, 1};
        double[] given = new double[(int) mat.total()];
        mat.get(0, 0, given);
        System.arraycopy(given, 0, h, 0, given.length);
        return new Homography(h);
    }

    double determinant() {
        return h[0] * h[4] - h[1] * h[3];
    }

    /** Whether a copy of a picture may look so; RANSAC on unrelated pictures finds wilder ones. */
    boolean isPlausible() {
        double area = determinant();
        return area > MIN_AREA
                && area < MAX_AREA
                && Math.abs(h[6]) < MAX_PERSPECTIVE
                && Math.abs(h[7]) < MAX_PERSPECTIVE;
    }

    Point apply(Point p) {
        double w = h[6] * p.x + h[7] * p.y + h[8];
        return new Point(
                (h[0] * p.x + h[1] * p.y + h[2]) / w, (h[3] * p.x + h[4] * p.y + h[5]) / w);
    }

    /** First another map, then this. */
    Homography after(Homography first) {
        double[] product = new double[9];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                for (int i = 0; i < 3; i++) {
                    product[3 * row + column] += h[3 * row + i] * first.h[3 * i + column];
                }
            }
        }
        double last = product[8] == 0 ? 1 : product[8];
        for (int i = 0; i < 9; i++) {
            product[i] /= last;
        }
        return new Homography(product);
    }

    Mat toMat(Mats mats) {
        Mat mat = mats.add(new Mat(3, 3, CvType.CV_64F));
        mat.put(0, 0, h);
        return mat;
    }
}
