package io.ssld.selection.duplicates;

import io.ssld.images.internal.Pixels;

/**
 * Describes images without a network: where light, colour and edges are, coarsely.
 *
 * <p>The image is averaged down to 96 x 96 whatever its shape. Of each window follow 196 numbers:
 *
 * <ul>
 *   <li>luma on a 6 x 6 grid, less its mean, of length 0.6: unmoved by brightness and contrast;
 *   <li>the opponent colours {@code R - G} and {@code (R + G) / 2 - B} on a 4 x 4 grid, of length
 *       up to 0.6, and less the weaker they are against the deviation of luma;
 *   <li>gradients in 8 directions on a 4 x 4 grid, each with the square root of its strength, less
 *       their mean, of length 0.8.
 * </ul>
 *
 * <p>Cells overlap linearly, and so do directions. JPEG, noise and scale vanish in the averaging.
 * The mirror image's vector is the image's own with cells and directions exchanged.
 */
final class ClassicalViews implements ViewDescriber {

    static final String NAME = "classical-1";

    private static final int SIDE = 96;
    private static final int LUMA_GRID = 6;
    private static final int GRID = 4;
    private static final int DIRECTIONS = 8;
    private static final int COLOR = LUMA_GRID * LUMA_GRID;
    private static final int EDGES = COLOR + 2 * GRID * GRID;
    private static final int LENGTH = EDGES + DIRECTIONS * GRID * GRID;

    private final int views;

    ClassicalViews(int views) {
        this.views = views;
    }

    @Override
    public Views describe(Pixels image) {
        Maps maps = new Maps(Thumbnails.planes(image, SIDE, SIDE));
        float[][] plain = new float[views][];
        float[][] mirrored = new float[views][];
        for (int view = 0; view < views; view++) {
            plain[view] = vector(maps, view);
            mirrored[view] = mirror(plain[view]);
        }
        return new Views(plain, mirrored);
    }

    private static float[] vector(Maps maps, int view) {
        int left = Windows.start(view, 0, SIDE);
        int top = Windows.start(view, 1, SIDE);
        int side = Windows.length(view, SIDE);
        Taps fine = new Taps(side, LUMA_GRID);
        Taps coarse = new Taps(side, GRID);
        float[] out = new float[LENGTH];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int i = (top + y) * SIDE + left + x;
                fine.add(x, y, maps.luma[i], out, 0, 1);
                coarse.add(x, y, maps.red[i], out, COLOR, 2);
                coarse.add(x, y, maps.yellow[i], out, COLOR + 1, 2);
                float high = maps.turn[i];
                int low = (int) high;
                high -= low;
                float strength = maps.strength[i];
                int first = EDGES + low % DIRECTIONS;
                int second = EDGES + (low + 1) % DIRECTIONS;
                coarse.add(x, y, strength * (1 - high), out, first, DIRECTIONS);
                coarse.add(x, y, strength * high, out, second, DIRECTIONS);
            }
        }
        double deviation = center(out, 0, COLOR) / (side * side / (double) COLOR);
        int cells = EDGES - COLOR;
        double floor =
                0.3 * Math.max(deviation, 0.02) * Math.sqrt(cells) * side * side / (GRID * GRID);
        Vectors.scale(out, COLOR, cells, 0.6 / Math.hypot(floor, Vectors.norm(out, COLOR, cells)));
        center(out, EDGES, LENGTH - EDGES);
        scaleTo(out, 0, COLOR, 0.6);
        scaleTo(out, EDGES, LENGTH - EDGES, 0.8);
        return out;
    }

    /** What a plain area gives is noise: a tiny length is left as it is. */
    private static void scaleTo(float[] v, int from, int count, double length) {
        double norm = Vectors.norm(v, from, count);
        if (norm > 1e-3) {
            Vectors.scale(v, from, count, length / norm);
        }
    }

    /** The vector of the mirror image: columns exchanged, and left with right. */
    private static float[] mirror(float[] v) {
        float[] out = new float[LENGTH];
        for (int cell = 0; cell < COLOR; cell++) {
            out[mirrorCell(cell, LUMA_GRID)] = v[cell];
        }
        for (int cell = 0; cell < GRID * GRID; cell++) {
            int other = mirrorCell(cell, GRID);
            out[COLOR + 2 * other] = v[COLOR + 2 * cell];
            out[COLOR + 2 * other + 1] = v[COLOR + 2 * cell + 1];
            for (int d = 0; d < DIRECTIONS; d++) {
                int turned = (DIRECTIONS + DIRECTIONS / 2 - d) % DIRECTIONS;
                out[EDGES + DIRECTIONS * other + turned] = v[EDGES + DIRECTIONS * cell + d];
            }
        }
        return out;
    }

    private static int mirrorCell(int cell, int grid) {
        return cell - cell % grid + grid - 1 - cell % grid;
    }

    /** Takes the mean off a part and returns the deviation. */
    private static double center(float[] v, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += v[i];
        }
        for (int i = from; i < from + count; i++) {
            v[i] -= (float) (sum / count);
        }
        return Vectors.norm(v, from, count) / Math.sqrt(count);
    }

    /** What every window of an image is described from. */
    private static final class Maps {

        final float[] luma = new float[SIDE * SIDE];
        final float[] red;
        final float[] yellow = new float[SIDE * SIDE];
        final float[] strength = new float[SIDE * SIDE];

        /** Direction in 0..2 x 8, where 8 is to the right. */
        final float[] turn = new float[SIDE * SIDE];

        Maps(float[][] rgb) {
            for (int i = 0; i < luma.length; i++) {
                luma[i] = 0.299f * rgb[0][i] + 0.587f * rgb[1][i] + 0.114f * rgb[2][i];
                yellow[i] = (rgb[0][i] + rgb[1][i]) / 2 - rgb[2][i];
                rgb[0][i] -= rgb[1][i];
            }
            red = rgb[0];
            for (int y = 1; y < SIDE - 1; y++) {
                for (int x = 1; x < SIDE - 1; x++) {
                    int i = y * SIDE + x;
                    double dx = luma[i + 1] - luma[i - 1];
                    double dy = luma[i + SIDE] - luma[i - SIDE];
                    strength[i] = (float) Math.sqrt(Math.sqrt(dx * dx + dy * dy));
                    turn[i] = (float) ((Math.atan2(dy, dx) / (2 * Math.PI) + 1) * DIRECTIONS);
                }
            }
        }
    }

    /** Shares a value among the four cells around it. */
    private static final class Taps {

        private final int grid;
        private final int[] low;
        private final int[] high;
        private final float[] part;

        Taps(int side, int grid) {
            this.grid = grid;
            low = new int[side];
            high = new int[side];
            part = new float[side];
            for (int i = 0; i < side; i++) {
                float place = (i + 0.5f) * grid / side - 0.5f;
                int floor = (int) Math.floor(place);
                low[i] = Math.max(0, floor);
                high[i] = Math.min(grid - 1, floor + 1);
                part[i] = place - floor;
            }
        }

        void add(int x, int y, float value, float[] out, int at, int step) {
            float right = part[x] * value;
            float left = value - right;
            float down = part[y];
            int upper = at + low[y] * grid * step;
            int lower = at + high[y] * grid * step;
            int a = low[x] * step;
            int b = high[x] * step;
            out[upper + a] += (1 - down) * left;
            out[upper + b] += (1 - down) * right;
            out[lower + a] += down * left;
            out[lower + b] += down * right;
        }
    }
}
