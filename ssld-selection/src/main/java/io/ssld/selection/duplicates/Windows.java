package io.ssld.selection.duplicates;

import io.ssld.images.internal.Pixels;
import java.util.ArrayList;
import java.util.List;

/**
 * The windows of an image that are described beside the whole: nine of 0.72 a side, at the left,
 * middle and right of the top, middle and bottom. A crop to 70 % then lies at most a tenth of its
 * side away from one of them, and the middle one leaves frames out.
 *
 * <p>Comparing all with all would cost a hundred products a pair of images. Instead the whole has
 * rank 0, the middle rank 1, the others rank 2, and only windows whose ranks add up to at most two
 * are compared: 20 products, and 40 with the mirror image.
 */
final class Windows {

    /** The whole and nine windows. */
    static final int ALL = 10;

    private static final double SIDE = 0.72;

    /** Distances of a window from the left or the top, in parts of the room there is. */
    private static final double[][] PLACES = {
        {0.5, 0.5}, {0, 0}, {0.5, 0}, {1, 0}, {0, 0.5}, {1, 0.5}, {0, 1}, {0.5, 1}, {1, 1}
    };

    private Windows() {}

    /** What may be compared: ranks that add up to at most two. */
    static boolean comparable(int view, int other) {
        return rank(view) + rank(other) <= 2;
    }

    private static int rank(int view) {
        return Math.min(view, 2);
    }

    /** The first pixel of a window along an axis of {@code size} pixels. */
    static int start(int view, int axis, int size) {
        if (view == 0) {
            return 0;
        }
        return (int) Math.floor((size - length(view, size)) * PLACES[view - 1][axis]);
    }

    /** The pixels of a window along an axis of {@code size} pixels. */
    static int length(int view, int size) {
        return view == 0 ? size : Math.max(1, 2 * (int) Math.round(size * SIDE / 2) - size % 2);
    }

    /** Cuts an image into the first views. */
    static List<Pixels> cut(Pixels image, int views) {
        List<Pixels> cuts = new ArrayList<>(views);
        for (int view = 0; view < views; view++) {
            cuts.add(view == 0 ? image : cutOne(image, view));
        }
        return cuts;
    }

    private static Pixels cutOne(Pixels image, int view) {
        int width = length(view, image.width());
        int height = length(view, image.height());
        int left = start(view, 0, image.width());
        int top = start(view, 1, image.height());
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            int from = 3 * ((top + y) * image.width() + left);
            System.arraycopy(image.rgb(), from, rgb, 3 * width * y, 3 * width);
        }
        return new Pixels(width, height, rgb);
    }
}
