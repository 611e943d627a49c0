package io.ssld.selection.duplicates;

import java.util.Arrays;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * How well two pictures agree once one is laid over the other: the median correlation of their
 * details, block by block.
 *
 * <p>Both pictures are smoothed, and a broader blur is taken off, which leaves lines and texture.
 * In each block with texture in either picture the correlation of the two is taken, {@code xy /
 * sqrt((xx + n c)(yy + n c))} with sums over its n pixels and c of two grey levels, squared. The
 * median forgives what was written over a copy, and does not forgive two photographs that share a
 * logo, a hand or a room.
 *
 * @param detail standard deviation of the smoothing, in pixels
 * @param shade standard deviation of the blur that is taken off, in pixels
 * @param block the side of a block, in pixels
 */
record Agreement(double detail, double shade, int block) {

    /** For pictures of {@link SiftExtractor#SIDE} pixels. */
    static final Agreement OF_PHOTOGRAPHS = new Agreement(1.5, 6, 20);

    /** Fewer blocks than this say nothing. */
    private static final int MIN_BLOCKS = 8;

    /** Less of the smaller picture than this in both is not a copy of it. */
    private static final double MIN_OVERLAP = 0.3;

    private static final double FLOOR = 4;

    /** What {@link #of} returns when there is too little to compare. */
    static final double NONE = -1;

    /** Returns the agreement in -1..1 of picture {@code a} mapped onto {@code b}. */
    double of(Mat a, Mat b, Homography map) {
        try (Mats mats = new Mats()) {
            Mat transform = map.toMat(mats);
            Mat inside = mats.create();
            Mat ones = mats.add(new Mat(a.size(), CvType.CV_8U, new Scalar(1)));
            Imgproc.warpPerspective(
                    ones, inside, transform, b.size(), Imgproc.INTER_NEAREST, Core.BORDER_CONSTANT);
            double smaller = Math.min(b.total(), a.total() * Math.abs(map.determinant()));
            if (Core.countNonZero(inside) < MIN_OVERLAP * smaller) {
                return NONE;
            }
            Mat warped = mats.create();
            Imgproc.warpPerspective(
                    a, warped, transform, b.size(), Imgproc.INTER_LINEAR, Core.BORDER_REPLICATE);
            byte[] mask = new byte[(int) b.total()];
            inside.get(0, 0, mask);
            return median(details(warped, mats), details(b, mats), mask, b.cols(), b.rows());
        }
    }

    private float[] details(Mat grey, Mats mats) {
        Mat fine = mats.create();
        Mat broad = mats.create();
        grey.convertTo(fine, CvType.CV_32F);
        Imgproc.GaussianBlur(fine, fine, new Size(0, 0), detail);
        Imgproc.GaussianBlur(fine, broad, new Size(0, 0), shade);
        Core.subtract(fine, broad, fine);
        float[] values = new float[(int) fine.total()];
        fine.get(0, 0, values);
        return values;
    }

    private double median(float[] x, float[] y, byte[] mask, int width, int height) {
        double[] found = new double[(width / block + 1) * (height / block + 1)];
        int count = 0;
        for (int top = 0; top < height; top += block) {
            for (int left = 0; left < width; left += block) {
                int bottom = Math.min(height, top + block);
                int right = Math.min(width, left + block);
                double correlation = correlation(x, y, mask, width, left, top, right, bottom);
                if (!Double.isNaN(correlation)) {
                    found[count++] = correlation;
                }
            }
        }
        if (count < MIN_BLOCKS) {
            return NONE;
        }
        Arrays.sort(found, 0, count);
        return found[count / 2];
    }

    /** NaN for a block that is plain in both, or half outside. */
    private double correlation(
            float[] x,
            float[] y,
            byte[] mask,
            int width,
            int left,
            int top,
            int right,
            int bottom) {
        double xx = 0;
        double yy = 0;
        double xy = 0;
        int n = 0;
        for (int row = top; row < bottom; row++) {
            for (int i = row * width + left; i < row * width + right; i++) {
                if (mask[i] != 0) {
                    xx += x[i] * x[i];
                    yy += y[i] * y[i];
                    xy += x[i] * y[i];
                    n++;
                }
            }
        }
        if (2 * n < block * block || Math.max(xx, yy) < FLOOR * n) {
            return Double.NaN;
        }
        return xy / Math.sqrt((xx + FLOOR * n) * (yy + FLOOR * n));
    }
}
