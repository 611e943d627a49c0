package io.ssld.selection.duplicates;

import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * How well two pictures agree once one is laid over the other, block by block: the median
 * correlation of their details, and the share of blocks of the same shade.
 *
 * <p>Details: both pictures are smoothed, and a broader blur is taken off, which leaves lines and
 * texture. In each block with texture in either picture the correlation of the two is taken, {@code
 * xy / sqrt((xx + n c)(yy + n c))} with sums over its n pixels and c of two grey levels, squared.
 * The median forgives what was written over a copy, and does not forgive two photographs that share
 * a logo or a hand.
 *
 * <p>Shade: the means of the blocks, plain ones too, are fitted by a line, three times, each time
 * without the quarter that fits worst; a block whose mean then is off by more than 15 grey levels
 * has another shade. Two things photographed on one floor by one camera agree in details, for the
 * floor fills most blocks, but not in shade.
 *
 * @param detail standard deviation of the smoothing, in pixels
 * @param shade standard deviation of the blur that is taken off, in pixels
 * @param block the side of a block, in pixels
 */
record Agreement(double detail, double shade, int block) {

    /** For pictures of {@link SiftExtractor#SIDE} pixels. */
    static final Agreement OF_PHOTOGRAPHS = new Agreement(1.5, 6, 20);

    /** Less of the smaller picture than this in both is not a copy of it. */
    private static final double MIN_OVERLAP = 0.3;

    /**
     * What was found.
     *
     * @param details median correlation, -1 to 1
     * @param shade share of blocks of the same shade, 0 to 1
     */
    record Score(double details, double shade) {

        /** Of pictures with too little to compare. */
        static final Score NONE = new Score(-1, 0);
    }

    /** Compares picture {@code a}, mapped onto {@code b}, with that. */
    Score of(Mat a, Mat b, Homography map) {
        try (Mats mats = new Mats()) {
            Mat transform = map.toMat(mats);
            Mat inside = mats.create();
            Mat ones = mats.add(new Mat(a.size(), CvType.CV_8U, new Scalar(1)));
            Imgproc.warpPerspective(
                    ones, inside, transform, b.size(), Imgproc.INTER_NEAREST, Core.BORDER_CONSTANT);
            double smaller = Math.min((double) b.total(), a.total() * Math.abs(map.determinant()));
            if (Core.countNonZero(inside) < MIN_OVERLAP * smaller) {
                return Score.NONE;
            }
            Mat warped = mats.create();
            Imgproc.warpPerspective(
                    a, warped, transform, b.size(), Imgproc.INTER_LINEAR, Core.BORDER_REPLICATE);
            byte[] mask = new byte[(int) b.total()];
            inside.get(0, 0, mask);
            Blocks blocks = new Blocks(b.cols(), b.rows(), block, mask);
            return new Score(
                    blocks.details(details(warped, mats), details(b, mats)),
                    blocks.shade(grey(warped), grey(b)));
        }
    }

    private static byte[] grey(Mat mat) {
        byte[] values = new byte[(int) mat.total()];
        mat.get(0, 0, values);
        return values;
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
}
