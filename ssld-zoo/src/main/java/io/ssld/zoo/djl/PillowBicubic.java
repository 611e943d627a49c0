package io.ssld.zoo.djl;

/**
 * Bicubic scaling of bytes as Pillow's {@code Image.resize} does it: a = -0.5, a kernel as wide as
 * the reduction, weights of 22 bits, rows first, and bytes between the two passes.
 */
final class PillowBicubic {

    private static final int PRECISION = 22;
    private static final int HALF = 1 << (PRECISION - 1);
    private static final double A = -0.5;
    private static final double SUPPORT = 2;

    private PillowBicubic() {}

    /** The first source position of a target position, and the weights from there on. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Taps(int begin, int[] weights) {

        static Taps[] of(int from, int to) {
            double scale = (double) from / to;
            double stretch = Math.max(scale, 1);
            Taps[] taps = new Taps[to];
            for (int i = 0; i < to; i++) {
                double center = (i + 0.5) * scale;
                int begin = Math.max((int) (center - SUPPORT * stretch + 0.5), 0);
                int end = Math.min((int) (center + SUPPORT * stretch + 0.5), from);
                double[] weights = new double[end - begin];
                double sum = 0;
                for (int k = 0; k < weights.length; k++) {
                    weights[k] = cubic((begin + k - center + 0.5) * (1 / stretch));
                    sum += weights[k];
                }
                taps[i] = new Taps(begin, fixed(weights, sum));
            }
            return taps;
        }

        private static int[] fixed(double[] weights, double sum) {
            int[] fixed = new int[weights.length];
            for (int k = 0; k < fixed.length; k++) {
                double scaled = weights[k] / sum * (1 << PRECISION);
                fixed[k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }
            return fixed;
        }
    }

    static Pixels resize(Pixels image, int height, int width) {
        return columns(rows(image, width), height);
    }

    private static Pixels rows(Pixels image, int width) {
        if (image.width() == width) {
            return image;
        }
        Taps[] taps = Taps.of(image.width(), width);
        Pixels result = new Pixels(image.height(), width);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < Pixels.CHANNELS; c++) {
                    int sum = HALF;
                    int[] weights = taps[x].weights;
                    for (int k = 0; k < weights.length; k++) {
                        sum += image.get(y, taps[x].begin + k, c) * weights[k];
                    }
                    result.set(y, x, c, clip(sum));
                }
            }
        }
        return result;
    }

    private static Pixels columns(Pixels image, int height) {
        if (image.height() == height) {
            return image;
        }
        Taps[] taps = Taps.of(image.height(), height);
        Pixels result = new Pixels(height, image.width());
        for (int y = 0; y < height; y++) {
            int[] weights = taps[y].weights;
            for (int x = 0; x < image.width(); x++) {
                for (int c = 0; c < Pixels.CHANNELS; c++) {
                    int sum = HALF;
                    for (int k = 0; k < weights.length; k++) {
                        sum += image.get(taps[y].begin + k, x, c) * weights[k];
                    }
                    result.set(y, x, c, clip(sum));
                }
            }
        }
        return result;
    }

    private static int clip(int sum) {
        return Math.max(0, Math.min(255, sum >> PRECISION));
    }

    /** The cubic convolution kernel of Keys, 1981. */
    private static double cubic(double x) {
        double t = Math.abs(x);
        if (t < 1) {
            return ((A + 2) * t - (A + 3)) * t * t + 1;
        }
        return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
    }
}
