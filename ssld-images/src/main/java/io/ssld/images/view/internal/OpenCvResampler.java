package io.ssld.images.view.internal;

import io.ssld.images.internal.Pixels;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.View;

/**
 * Resizes what a view sees to one size, byte for byte as OpenCV's {@code INTER_LINEAR} does: pixel
 * centres at half coordinates, the four nearest pixels mixed whatever the scale (no antialias),
 * weights in 1/2048, sums in fixed point.
 *
 * <p>Output pixel i looks at {@code (i + 0.5) * scale - 0.5} of its box, where {@code scale} is the
 * size of the box divided by that of the output.
 */
final class OpenCvResampler {

    private static final int WEIGHT_ONE = 1 << 11;

    private final int height;
    private final int width;

    OpenCvResampler(ImageSize size) {
        this.height = size.height();
        this.width = size.width();
    }

    /** Writes {@code height * width * 3} bytes; the view's box lies in the image. */
    void render(Pixels image, View view, byte[] out) {
        boolean cut = view.order() == View.Order.CROP_THEN_RESIZE;
        Taps columns = Taps.of(view.left(), view.width(), width, image.width(), cut);
        Taps rows = Taps.of(view.top(), view.height(), height, image.height(), cut);
        // A source row serves several output rows: it is resized once and kept for the next.
        int[] upper = new int[3 * width];
        int[] lower = new int[3 * width];
        int upperRow = -1;
        int lowerRow = -1;
        for (int y = 0; y < height; y++) {
            if (rows.first[y] == lowerRow) {
                int[] spare = upper;
                upper = lower;
                lower = spare;
                upperRow = lowerRow;
                lowerRow = -1;
            }
            if (rows.first[y] != upperRow) {
                upperRow = rows.first[y];
                resizeRow(image, upperRow, columns, upper);
            }
            if (rows.second[y] != lowerRow) {
                lowerRow = rows.second[y];
                resizeRow(image, lowerRow, columns, lower);
            }
            mixRows(upper, lower, rows.weight[y], out, y, view.flip());
        }
    }

    private void resizeRow(Pixels image, int row, Taps columns, int[] out) {
        byte[] rgb = image.rgb();
        int start = 3 * image.width() * row;
        for (int x = 0, at = 0; x < width; x++) {
            int a = start + 3 * columns.first[x];
            int b = start + 3 * columns.second[x];
            int weightB = columns.weight[x];
            int weightA = WEIGHT_ONE - weightB;
            for (int c = 0; c < 3; c++) {
                out[at++] = (rgb[a + c] & 0xFF) * weightA + (rgb[b + c] & 0xFF) * weightB;
            }
        }
    }

    private void mixRows(int[] upper, int[] lower, int weight, byte[] out, int y, boolean flip) {
        int rest = WEIGHT_ONE - weight;
        int start = 3 * width * y;
        for (int x = 0, from = 0; x < width; x++) {
            int to = start + 3 * (flip ? width - 1 - x : x);
            for (int c = 0; c < 3; c++, from++) {
                // OpenCV's order of shifts, to round where it rounds.
                int sum =
                        ((rest * (upper[from] >> 4)) >> 16) + ((weight * (lower[from] >> 4)) >> 16);
                out[to + c] = (byte) ((sum + 2) >> 2);
            }
        }
    }

    /** For each output pixel along one axis: two source pixels and the weight of the second. */
    private static final class Taps {

        final int[] first;
        final int[] second;
        final int[] weight;

        private Taps(int outputs) {
            first = new int[outputs];
            second = new int[outputs];
            weight = new int[outputs];
        }

        static Taps of(double start, double length, int outputs, int limit, boolean cut) {
            // Of a box that is cut out first, nothing outside is seen.
            int low = cut ? (int) start : 0;
            int high = cut ? low + (int) length - 1 : limit - 1;
            double offset = start - low;
            double scale = length / outputs;
            Taps taps = new Taps(outputs);
            for (int i = 0; i < outputs; i++) {
                // A float, since OpenCV's is one: the weights then round the same way.
                float place = (float) (offset + (i + 0.5) * scale - 0.5);
                int floor = (int) Math.floor(place);
                taps.first[i] = Math.max(low, Math.min(high, low + floor));
                taps.second[i] = Math.max(low, Math.min(high, low + floor + 1));
                taps.weight[i] = (int) Math.rint((place - floor) * WEIGHT_ONE);
            }
            return taps;
        }
    }
}
