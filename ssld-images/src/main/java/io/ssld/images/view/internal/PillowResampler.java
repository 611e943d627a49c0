package io.ssld.images.view.internal;

import io.ssld.images.internal.Pixels;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.Interpolation;
import io.ssld.images.view.View;

/**
 * Resizes what a view sees to one size, byte for byte as Pillow's {@code Image.resize} does: a
 * kernel as wide as the reduction (so antialiased), weights of 22 bits, rows first, and bytes
 * between the two passes.
 *
 * <p>Output pixel i lies at {@code c = (i + 0.5) * scale} of its box and sees the pixels within
 * {@code support * max(scale, 1)} of it. Not for several threads: its buffers are used again.
 */
final class PillowResampler {

    private static final int PRECISION = 22;
    private static final int HALF = 1 << (PRECISION - 1);

    private final int height;
    private final int width;
    private final Taps columns = new Taps();
    private final Taps rows = new Taps();
    private byte[] between = {};

    PillowResampler(ImageSize size) {
        this.height = size.height();
        this.width = size.width();
    }

    /** Writes {@code height * width * 3} bytes; the view's box lies in the image. */
    void render(Pixels image, View view, byte[] out) {
        boolean cut = view.order() == View.Order.CROP_THEN_RESIZE;
        boolean cubic = view.interpolation() == Interpolation.PILLOW_BICUBIC;
        columns.set(view.left(), view.width(), width, image.width(), cut, cubic);
        rows.set(view.top(), view.height(), height, image.height(), cut, cubic);
        int firstRow = rows.begin[0];
        int lastRow = rows.begin[height - 1] + rows.count[height - 1];
        int length = Math.multiplyExact(3 * width, lastRow - firstRow);
        if (between.length < length) {
            between = new byte[length];
        }
        for (int y = firstRow; y < lastRow; y++) {
            resizeRow(image, y, 3 * width * (y - firstRow), view.flip());
        }
        for (int y = 0; y < height; y++) {
            mixRows(y, firstRow, out);
        }
    }

    private void resizeRow(Pixels image, int row, int start, boolean flip) {
        byte[] rgb = image.rgb();
        for (int x = 0; x < width; x++) {
            int at = 3 * (row * image.width() + columns.begin[x]);
            int weight = columns.stride * x;
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            for (int end = weight + columns.count[x]; weight < end; weight++, at += 3) {
                int w = columns.weights[weight];
                red += (rgb[at] & 0xFF) * w;
                green += (rgb[at + 1] & 0xFF) * w;
                blue += (rgb[at + 2] & 0xFF) * w;
            }
            int to = start + 3 * (flip ? width - 1 - x : x);
            between[to] = clip(red);
            between[to + 1] = clip(green);
            between[to + 2] = clip(blue);
        }
    }

    private void mixRows(int y, int firstRow, byte[] out) {
        int stride = 3 * width;
        int from = (rows.begin[y] - firstRow) * stride;
        int first = rows.stride * y;
        int count = rows.count[y];
        for (int i = 0; i < stride; i++) {
            int sum = HALF;
            for (int k = 0, at = from + i; k < count; k++, at += stride) {
                sum += (between[at] & 0xFF) * rows.weights[first + k];
            }
            out[y * stride + i] = clip(sum);
        }
    }

    private static byte clip(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
    }

    /** For each output pixel along one axis: the first source pixel and the weights from there. */
    private static final class Taps {

        int stride;
        int[] begin = {};
        int[] count = {};
        int[] weights = {};

        void set(double start, double length, int outputs, int limit, boolean cut, boolean cubic) {
            // Of a box that is cut out first, nothing outside is seen.
            int low = cut ? (int) start : 0;
            int size = cut ? (int) length : limit;
            double scale = length / outputs;
            double stretch = Math.max(scale, 1);
            double support = (cubic ? 2 : 1) * stretch;
            stride = 2 * (int) Math.ceil(support) + 1;
            if (begin.length < outputs) {
                begin = new int[outputs];
                count = new int[outputs];
            }
            if (weights.length < stride * outputs) {
                weights = new int[stride * outputs];
            }
            double[] exact = new double[stride];
            for (int i = 0; i < outputs; i++) {
                double centre = start - low + (i + 0.5) * scale;
                int from = Math.max((int) (centre - support + 0.5), 0);
                int to = Math.min((int) (centre + support + 0.5), size);
                double sum = 0;
                for (int k = 0; k < to - from; k++) {
                    double distance = (from + k - centre + 0.5) * (1 / stretch);
                    exact[k] = cubic ? cubic(distance) : Math.max(0, 1 - Math.abs(distance));
                    sum += exact[k];
                }
                begin[i] = low + from;
                count[i] = to - from;
                for (int k = 0; k < to - from; k++) {
                    double weight = exact[k] / sum * (1 << PRECISION);
                    weights[stride * i + k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
                }
            }
        }

        /** The cubic convolution kernel of Keys, 1981, with a = -0.5. */
        private static double cubic(double x) {
            double a = -0.5;
            double t = Math.abs(x);
            if (t < 1) {
                return ((a + 2) * t - (a + 3)) * t * t + 1;
            }
            return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
        }
    }
}
