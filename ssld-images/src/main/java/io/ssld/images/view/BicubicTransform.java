package io.ssld.images.view;

/**
 * A transform whose pixels are mixed from the nearest 4 x 4 by the cubic that Pillow transforms
 * with (a = -1); pixels beyond the border repeat it.
 */
final class BicubicTransform {

    private BicubicTransform() {}

    /** Writes the pixels whose place lies in the image; {@code map} is that of the package. */
    static void apply(double[] map, Raster raster, byte[] out) {
        int width = raster.width();
        int height = raster.height();
        byte[] in = raster.rgb();
        int[] columns = new int[4];
        double[] rows = new double[4];
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
                for (int k = 0; k < 4; k++) {
                    columns[k] = 3 * Math.max(0, Math.min(width - 1, column - 1 + k));
                }
                for (int c = 0; c < 3; c++) {
                    for (int k = 0; k < 4; k++) {
                        int start = 3 * width * Math.max(0, Math.min(height - 1, row - 1 + k)) + c;
                        rows[k] =
                                cubic(
                                        in[start + columns[0]] & 0xFF,
                                        in[start + columns[1]] & 0xFF,
                                        in[start + columns[2]] & 0xFF,
                                        in[start + columns[3]] & 0xFF,
                                        right);
                    }
                    double value = cubic(rows[0], rows[1], rows[2], rows[3], down);
                    out[to + c] = (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
                }
            }
        }
    }

    /** In Pillow's order of operations, to round where it rounds. */
    private static double cubic(double v1, double v2, double v3, double v4, double d) {
        double p2 = -v1 + v3;
        double p3 = 2 * (v1 - v2) + v3 - v4;
        double p4 = -v1 + v2 - v3 + v4;
        return v2 + d * (p2 + d * (p3 + d * p4));
    }
}
