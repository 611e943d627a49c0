package io.ssld.images.view;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * Operations on places, as Pillow's {@code Image.transform} does them: each pixel's centre is
 * mapped into the image that is read, and what lies outside has one colour.
 *
 * <pre>
 * x' = a (x + 0.5) + b (y + 0.5) + c        y' = d (x + 0.5) + e (y + 0.5) + f
 * </pre>
 */
final class GeometricOps {

    private GeometricOps() {}

    static void apply(PixelOp.Geometric op, Raster raster) {
        double[] map = map(op, raster.width(), raster.height());
        byte[] out = raster.spare();
        fill(out, raster.length(), op.fill());
        switch (op.resampling()) {
            case NEAREST -> nearest(map, raster, out);
            case BILINEAR -> bilinear(map, raster, out);
            case BICUBIC -> BicubicTransform.apply(map, raster, out);
        }
        raster.swap();
    }

    private static double[] map(PixelOp.Geometric op, int width, int height) {
        double s = op.strength();
        return switch (op.kind()) {
            case ROTATE -> rotation(s, width, height);
            case SHEAR_X -> new double[] {1, s, 0, 0, 1, 0};
            case SHEAR_Y -> new double[] {1, 0, 0, s, 1, 0};
            case TRANSLATE_X -> new double[] {1, 0, s * width, 0, 1, 0};
            case TRANSLATE_Y -> new double[] {1, 0, 0, 0, 1, s * height};
        };
    }

    /** Around the centre, with sine and cosine rounded to 15 digits as Pillow does. */
    private static double[] rotation(double degrees, int width, int height) {
        double turn = degrees % 360;
        double angle = -Math.toRadians(turn < 0 ? turn + 360 : turn);
        double cos = rounded(StrictMath.cos(angle));
        double sin = rounded(StrictMath.sin(angle));
        double x = width / 2.0;
        double y = height / 2.0;
        return new double[] {
            cos, sin, cos * -x + sin * -y + 0.0 + x, -sin, cos, -sin * -x + cos * -y + 0.0 + y
        };
    }

    private static double rounded(double value) {
        return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
    }

    private static void fill(byte[] out, int length, int color) {
        byte r = (byte) (color >> 16);
        byte g = (byte) (color >> 8);
        byte b = (byte) color;
        if (r == g && g == b) {
            Arrays.fill(out, 0, length, r);
            return;
        }
        for (int i = 0; i < length; i += 3) {
            out[i] = r;
            out[i + 1] = g;
            out[i + 2] = b;
        }
    }

    private static void nearest(double[] map, Raster raster, byte[] out) {
        if (map[1] == 0 && map[3] == 0) {
            nearestOfShift(map, raster, out);
            return;
        }
        // Pillow's fixed point of 1/65536, wherever the corners fit.
        int width = raster.width();
        int height = raster.height();
        byte[] in = raster.rgb();
        int a = fixed(map[0]);
        int d = fixed(map[3]);
        int rowX = fixed(map[2] + map[0] * 0.5 + map[1] * 0.5);
        int rowY = fixed(map[5] + map[3] * 0.5 + map[4] * 0.5);
        int to = 0;
        for (int y = 0; y < height; y++) {
            int x16 = rowX;
            int y16 = rowY;
            for (int x = 0; x < width; x++, to += 3) {
                copy(in, x16 >> 16, y16 >> 16, width, height, out, to);
                x16 += a;
                y16 += d;
            }
            rowX += fixed(map[1]);
            rowY += fixed(map[4]);
        }
    }

    private static int fixed(double value) {
        return (int) Math.floor(value * 65536 + 0.5);
    }

    private static void nearestOfShift(double[] map, Raster raster, byte[] out) {
        int to = 0;
        double fromY = map[5] + map[4] * 0.5;
        for (int y = 0; y < raster.height(); y++, fromY += map[4]) {
            double fromX = map[2] + map[0] * 0.5;
            for (int x = 0; x < raster.width(); x++, fromX += map[0], to += 3) {
                int column = fromX < 0 ? -1 : (int) fromX;
                int row = fromY < 0 ? -1 : (int) fromY;
                copy(raster.rgb(), column, row, raster.width(), raster.height(), out, to);
            }
        }
    }

    private static void copy(byte[] in, int x, int y, int width, int height, byte[] out, int to) {
        if (x >= 0 && x < width && y >= 0 && y < height) {
            int from = 3 * (y * width + x);
            out[to] = in[from];
            out[to + 1] = in[from + 1];
            out[to + 2] = in[from + 2];
        }
    }

    private static void bilinear(double[] map, Raster raster, byte[] out) {
        int width = raster.width();
        int height = raster.height();
        byte[] in = raster.rgb();
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, to += 3) {
                double fromX = map[0] * (x + 0.5) + map[1] * (y + 0.5) + map[2];
                double fromY = map[3] * (x + 0.5) + map[4] * (y + 0.5) + map[5];
                if (!(fromX >= 0 && fromX < width && fromY >= 0 && fromY < height)) {
                    continue;
                }
                int column = (int) Math.floor(fromX - 0.5);
                int row = (int) Math.floor(fromY - 0.5);
                double right = fromX - 0.5 - column;
                double down = fromY - 0.5 - row;
                int x0 = 3 * Math.max(column, 0);
                int x1 = 3 * Math.min(column + 1, width - 1);
                int upper = 3 * width * Math.max(row, 0);
                int lower = 3 * width * Math.min(row + 1, height - 1);
                for (int c = 0; c < 3; c++) {
                    double above = mix(in[upper + x0 + c], in[upper + x1 + c], right);
                    double below = mix(in[lower + x0 + c], in[lower + x1 + c], right);
                    out[to + c] = (byte) (int) (above + (below - above) * down);
                }
            }
        }
    }

    private static double mix(byte a, byte b, double share) {
        return (a & 0xFF) + ((b & 0xFF) - (a & 0xFF)) * share;
    }
}
