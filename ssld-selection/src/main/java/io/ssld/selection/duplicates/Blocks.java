package io.ssld.selection.duplicates;

import java.util.Arrays;

/** Two pictures of one size, compared block by block where a mask is not zero. */
final class Blocks {

    /** Fewer blocks than this say nothing. */
    private static final int MIN_BLOCKS = 8;

    /** Mean square of details, in grey levels, below which a block is plain. */
    private static final double FLOOR = 4;

    /** Grey levels between the means of blocks of the same shade. */
    private static final double SHADE = 15;

    private static final int FITS = 3;

    private final int width;
    private final int height;
    private final int side;
    private final byte[] mask;

    Blocks(int width, int height, int side, byte[] mask) {
        this.width = width;
        this.height = height;
        this.side = side;
        this.mask = mask;
    }

    /** Compares one block; NaN if it does not count. */
    private interface Comparison {

        double of(int left, int top, int right, int bottom);
    }

    private double[] each(Comparison comparison) {
        double[] found = new double[(width / side + 1) * (height / side + 1)];
        int count = 0;
        for (int top = 0; top < height; top += side) {
            for (int left = 0; left < width; left += side) {
                int right = Math.min(width, left + side);
                int bottom = Math.min(height, top + side);
                double value = comparison.of(left, top, right, bottom);
                if (!Double.isNaN(value)) {
                    found[count++] = value;
                }
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** Median correlation of the blocks with details, or -1 if there are too few. */
    double details(float[] x, float[] y) {
        double[] found =
                each((left, top, right, bottom) -> correlation(x, y, left, top, right, bottom));
        if (found.length < MIN_BLOCKS) {
            return -1;
        }
        Arrays.sort(found);
        return found[found.length / 2];
    }

    private double correlation(float[] x, float[] y, int left, int top, int right, int bottom) {
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
        if (2 * n < side * side || Math.max(xx, yy) < FLOOR * n) {
            return Double.NaN;
        }
        return xy / Math.sqrt((xx + FLOOR * n) * (yy + FLOOR * n));
    }

    /** Share of the blocks whose mean follows that of the other picture, or 0 if there are few. */
    double shade(byte[] x, byte[] y) {
        double[] meansX = each((left, top, right, bottom) -> mean(x, left, top, right, bottom));
        double[] meansY = each((left, top, right, bottom) -> mean(y, left, top, right, bottom));
        int count = meansX.length;
        if (count < MIN_BLOCKS) {
            return 0;
        }
        boolean[] fitted = new boolean[count];
        Arrays.fill(fitted, true);
        double[] residuals = new double[count];
        for (int fit = 0; fit < FITS; fit++) {
            residuals(meansX, meansY, fitted, residuals);
            double[] sorted = residuals.clone();
            Arrays.sort(sorted);
            double limit = sorted[count * 3 / 4];
            for (int i = 0; i < count; i++) {
                fitted[i] = residuals[i] <= limit;
            }
        }
        residuals(meansX, meansY, fitted, residuals);
        return Arrays.stream(residuals).filter(r -> r <= SHADE).count() / (double) count;
    }

    /** Distances from the least-squares line through the fitted blocks. */
    private static void residuals(double[] x, double[] y, boolean[] fitted, double[] residuals) {
        double n = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (int i = 0; i < x.length; i++) {
            if (fitted[i]) {
                n++;
                sumX += x[i];
                sumY += y[i];
                sumXx += x[i] * x[i];
                sumXy += x[i] * y[i];
            }
        }
        double variance = n * sumXx - sumX * sumX;
        // A picture of one shade has no slope; a negative of the other is no copy.
        double slope = variance < 1 ? 1 : Math.max(0, (n * sumXy - sumX * sumY) / variance);
        double offset = (sumY - slope * sumX) / n;
        for (int i = 0; i < x.length; i++) {
            residuals[i] = Math.abs(y[i] - slope * x[i] - offset);
        }
    }

    private double mean(byte[] grey, int left, int top, int right, int bottom) {
        double sum = 0;
        int n = 0;
        for (int row = top; row < bottom; row++) {
            for (int i = row * width + left; i < row * width + right; i++) {
                if (mask[i] != 0) {
                    sum += grey[i] & 0xFF;
                    n++;
                }
            }
        }
        return 2 * n < side * side ? Double.NaN : sum / n;
    }
}
