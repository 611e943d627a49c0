package io.ssld.selection.duplicates;

import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Two pictures, one laid over the other, cut into {@link Block}s.
 *
 * <p>Both have as many pixels as the coarser one tells apart, a longer side of 240 to 800. A block
 * of the first may move by up to three pixels to where its details agree best: a map found at 320
 * pixels is not better.
 */
final class LaidPictures {

    private static final int SHORTEST = 240;
    private static final int SIDE = 16;
    private static final int REACH = 3;

    /** Standard deviations in pixels: what is finer is noise, what is coarser is shade. */
    private static final double FINE = 1;

    private static final double BROAD = 5;

    /** From this correlation on, no better place is looked for. */
    private static final double GOOD = 0.9;

    /** Mean square of what has no details, in grey levels. */
    private static final double PLAIN = 2;

    /** Part of a block that both pictures must cover. */
    private static final double COVERED = 0.9;

    private final int width;
    private final int height;
    private final byte[] inside;
    private final float[][] first;
    private final float[][] second;
    private final float[] firstDetails;
    private final float[] secondDetails;

    private LaidPictures(Mat a, Mat b, Mat mask, Mats mats) {
        width = b.cols();
        height = b.rows();
        inside = new byte[width * height];
        mask.get(0, 0, inside);
        first = planes(a);
        second = planes(b);
        firstDetails = details(first[0], mats);
        secondDetails = details(second[0], mats);
    }

    /**
     * A block of both pictures, in levels of 255.
     *
     * @param first means of luma, {@code R - G} and {@code (R + G) / 2 - B} of the first picture
     * @param second the same of the second
     * @param xx mean square of the first one's details
     * @param yy mean square of the second one's
     * @param xy mean product
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Block(float[] first, float[] second, double xx, double yy, double xy) {}

    /** Lays one picture over another; the map leads from pixels of the images. */
    static List<Block> blocks(Picture a, Picture b, Homography map) {
        try (Mats mats = new Mats()) {
            double length = Math.sqrt(Math.abs(map.determinant()));
            double told = Math.min(a.scale() / length, b.scale()) * b.longer();
            double scale = Math.max(SHORTEST, Math.min(Picture.LONGEST, told)) / b.longer();
            Size size =
                    new Size(
                            Math.max(1, Math.round(scale * b.width())),
                            Math.max(1, Math.round(scale * b.height())));
            Mat under = resized(b.toMat(mats), size, mats);
            Mat over = a.toMat(mats);
            double shrink = scale * length / a.scale();
            if (shrink < 1) {
                Size less =
                        new Size(
                                Math.max(1, Math.round(shrink * over.cols())),
                                Math.max(1, Math.round(shrink * over.rows())));
                over = resized(over, less, mats);
            }
            Homography from =
                    Homography.scaling(
                            (double) a.width() / over.cols(),
                            (double) a.height() / over.rows(),
                            0,
                            0);
            Homography to =
                    Homography.scaling(size.width / b.width(), size.height / b.height(), 0, 0);
            Mat transform = to.after(map).after(from).toMat(mats);
            Mat warped = mats.create();
            Imgproc.warpPerspective(
                    over, warped, transform, size, Imgproc.INTER_CUBIC, Core.BORDER_REPLICATE);
            Mat inside = mats.create();
            Mat ones = mats.add(new Mat(over.size(), CvType.CV_8U, new Scalar(1)));
            Imgproc.warpPerspective(
                    ones, inside, transform, size, Imgproc.INTER_NEAREST, Core.BORDER_CONSTANT);
            int margin = 2 * REACH + 3;
            Imgproc.erode(inside, inside, mats.add(Mat.ones(margin, margin, CvType.CV_8U)));
            return new LaidPictures(warped, under, inside, mats).blocks();
        }
    }

    private static Mat resized(Mat picture, Size size, Mats mats) {
        Mat out = mats.create();
        boolean less = size.width < picture.cols();
        int filter = less ? Imgproc.INTER_AREA : Imgproc.INTER_CUBIC;
        Imgproc.resize(picture, out, size, 0, 0, filter);
        return out;
    }

    private static float[][] planes(Mat rgb) {
        byte[] values = new byte[3 * (int) rgb.total()];
        rgb.get(0, 0, values);
        float[][] planes = new float[3][values.length / 3];
        for (int i = 0; i < planes[0].length; i++) {
            float red = values[3 * i] & 0xFF;
            float green = values[3 * i + 1] & 0xFF;
            float blue = values[3 * i + 2] & 0xFF;
            planes[0][i] = 0.299f * red + 0.587f * green + 0.114f * blue;
            planes[1][i] = red - green;
            planes[2][i] = (red + green) / 2 - blue;
        }
        return planes;
    }

    private float[] details(float[] luma, Mats mats) {
        Mat fine = mats.add(new Mat(height, width, CvType.CV_32F));
        fine.put(0, 0, luma);
        Mat broad = mats.create();
        Imgproc.GaussianBlur(fine, broad, new Size(0, 0), BROAD);
        Imgproc.GaussianBlur(fine, fine, new Size(0, 0), FINE);
        Core.subtract(fine, broad, fine);
        float[] values = new float[width * height];
        fine.get(0, 0, values);
        return values;
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int top = 0; top + SIDE <= height; top += SIDE) {
            for (int left = 0; left + SIDE <= width; left += SIDE) {
                if (isCovered(left, top)) {
                    blocks.add(block(left, top));
                }
            }
        }
        return blocks;
    }

    private boolean isCovered(int left, int top) {
        int covered = 0;
        for (int y = top; y < top + SIDE; y++) {
            for (int x = left; x < left + SIDE; x++) {
                covered += inside[y * width + x];
            }
        }
        return covered >= COVERED * SIDE * SIDE;
    }

    private Block block(int left, int top) {
        double[] best = products(left, top, 0, 0);
        int right = 0;
        int down = 0;
        if (correlation(best) < GOOD && Math.max(best[0], best[1]) > PLAIN) {
            for (int dy = -REACH; dy <= REACH; dy++) {
                for (int dx = -REACH; dx <= REACH; dx++) {
                    if (left + dx < 0
                            || top + dy < 0
                            || left + dx + SIDE > width
                            || top + dy + SIDE > height) {
                        continue;
                    }
                    double[] found = products(left, top, dx, dy);
                    if (correlation(found) > correlation(best)) {
                        best = found;
                        right = dx;
                        down = dy;
                    }
                }
            }
        }
        float[] a = new float[3];
        float[] b = new float[3];
        for (int plane = 0; plane < 3; plane++) {
            a[plane] = mean(first[plane], left + right, top + down);
            b[plane] = mean(second[plane], left, top);
        }
        return new Block(a, b, best[0], best[1], best[2]);
    }

    private static double correlation(double[] products) {
        return products[2] / Math.sqrt((products[0] + PLAIN) * (products[1] + PLAIN));
    }

    private double[] products(int left, int top, int right, int down) {
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int row = top; row < top + SIDE; row++) {
            int other = (row + down) * width + right;
            for (int column = left; column < left + SIDE; column++) {
                float x = firstDetails[other + column];
                float y = secondDetails[row * width + column];
                xx += x * x;
                yy += y * y;
                xy += x * y;
            }
        }
        int n = SIDE * SIDE;
        return new double[] {xx / n, yy / n, xy / n};
    }

    private float mean(float[] plane, int left, int top) {
        double sum = 0;
        for (int row = top; row < top + SIDE; row++) {
            for (int column = left; column < left + SIDE; column++) {
                sum += plane[row * width + column];
            }
        }
        return (float) (sum / (SIDE * SIDE));
    }
}
