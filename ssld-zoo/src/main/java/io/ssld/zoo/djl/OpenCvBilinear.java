package io.ssld.zoo.djl;

/**
 * Bilinear scaling of bytes as OpenCV's {@code resize} with {@code INTER_LINEAR} does it: weights
 * of 11 bits, the horizontal pass kept whole, the vertical pass rounded in two steps. A reduction
 * of both sides to exactly half averages 2x2 pixels.
 */
final class OpenCvBilinear {

    private static final int SCALE = 1 << 11;

    private OpenCvBilinear() {}

    /**
     * The two source positions of each target position, and their weights.
     *
     * @param first the lower position
     * @param second the upper one
     * @param weight the weights of the lower and the upper position in turn, in units of 1/2048
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Taps(int[] first, int[] second, int[] weight) {

        static Taps of(int from, int to) {
            Taps taps = new Taps(new int[to], new int[to], new int[2 * to]);
            double scale = 1 / ((double) to / from);
            for (int i = 0; i < to; i++) {
                float position = (float) ((i + 0.5) * scale - 0.5);
                int lower = (int) Math.floor(position);
                float fraction = position - lower;
                if (lower < 0) {
                    lower = 0;
                    fraction = 0;
                } else if (lower >= from - 1) {
                    lower = from - 1;
                    fraction = 0;
                }
                taps.first[i] = lower;
                taps.second[i] = Math.min(lower + 1, from - 1);
                taps.weight[2 * i] = (int) Math.rint((1 - fraction) * SCALE);
                taps.weight[2 * i + 1] = (int) Math.rint(fraction * SCALE);
            }
            return taps;
        }
    }

    static Pixels resize(Pixels image, int height, int width) {
        if (image.height() == height && image.width() == width) {
            return image;
        }
        if (image.height() == 2 * height && image.width() == 2 * width) {
            return halve(image);
        }
        Pixels result = new Pixels(height, width);
        Taps rows = Taps.of(image.height(), height);
        Taps columns = Taps.of(image.width(), width);
        int[] upper = new int[width * Pixels.CHANNELS];
        int[] lower = new int[width * Pixels.CHANNELS];
        for (int y = 0; y < height; y++) {
            fill(upper, image, rows.first[y], columns);
            fill(lower, image, rows.second[y], columns);
            int upperWeight = rows.weight[2 * y];
            int lowerWeight = rows.weight[2 * y + 1];
            for (int i = 0; i < upper.length; i++) {
                int sum =
                        ((upperWeight * (upper[i] >> 4)) >> 16)
                                + ((lowerWeight * (lower[i] >> 4)) >> 16);
                result.bytes()[y * upper.length + i] = (byte) ((sum + 2) >> 2);
            }
        }
        return result;
    }

    private static void fill(int[] target, Pixels image, int row, Taps columns) {
        for (int x = 0; x < columns.first.length; x++) {
            for (int c = 0; c < Pixels.CHANNELS; c++) {
                target[x * Pixels.CHANNELS + c] =
                        image.get(row, columns.first[x], c) * columns.weight[2 * x]
                                + image.get(row, columns.second[x], c) * columns.weight[2 * x + 1];
            }
        }
    }

    private static Pixels halve(Pixels image) {
        Pixels result = new Pixels(image.height() / 2, image.width() / 2);
        for (int y = 0; y < result.height(); y++) {
            for (int x = 0; x < result.width(); x++) {
                for (int c = 0; c < Pixels.CHANNELS; c++) {
                    int sum =
                            image.get(2 * y, 2 * x, c)
                                    + image.get(2 * y, 2 * x + 1, c)
                                    + image.get(2 * y + 1, 2 * x, c)
                                    + image.get(2 * y + 1, 2 * x + 1, c);
                    result.set(y, x, c, (sum + 2) >> 2);
                }
            }
        }
        return result;
    }
}
