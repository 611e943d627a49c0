package io.ssld.examples.quickstart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.engine.NoGrad;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies among images of 28 x 28, too small for SIFT: the highest correlation of the inner 26 x 26
 * pixels of one with any 26 x 26 of the other.
 *
 * <p>It is 1 for an image moved by up to a pixel, made lighter or of less contrast. The images of
 * Fashion-MNIST are much alike: of the 4,000 of the pool, 146 reach 0.97 with some test image, two
 * 0.99, none 0.994.
 */
final class PixelCopies {

    /** Above what different images of Fashion-MNIST reach. */
    static final double THRESHOLD = 0.995;

    private static final int SIDE = 28;
    private static final int INNER = SIDE - 2;
    private static final int BLOCK = 500;

    private PixelCopies() {}

    /**
     * Finds the images of a pool that are copies.
     *
     * @param pool images of 28 x 28
     * @param reference what they may be copies of
     * @return the copies, in the order of the pool
     */
    static List<ImageEntry> find(ImageList pool, ImageList reference) throws IOException {
        List<ImageEntry> copies = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager();
                NoGrad off = NoGrad.open(manager.getEngine())) {
            List<NDArray> shifts = new ArrayList<>();
            for (int shift = 0; shift < 9; shift++) {
                shifts.add(vectors(manager, reference, reference.entries(), shift));
            }
            for (int from = 0; from < pool.size(); from += BLOCK) {
                List<ImageEntry> block =
                        pool.entries().subList(from, Math.min(pool.size(), from + BLOCK));
                float[] highest = highest(manager, pool, block, shifts);
                for (int i = 0; i < highest.length; i++) {
                    if (highest[i] >= THRESHOLD) {
                        copies.add(block.get(i));
                    }
                }
            }
        }
        return copies;
    }

    private static float[] highest(
            NDManager manager, ImageList pool, List<ImageEntry> block, List<NDArray> shifts)
            throws IOException {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray inner = vectors(scratch, pool, block, 4);
            NDArray best = inner.matMul(shifts.get(0).transpose());
            for (NDArray shift : shifts.subList(1, shifts.size())) {
                best = NDArrays.maximum(best, inner.matMul(shift.transpose()));
            }
            return best.max(new int[] {1}).toFloatArray();
        }
    }

    /** Cut out at one of nine places, of mean 0 and length 1; a plain image becomes zeros. */
    private static NDArray vectors(
            NDManager manager, ImageList list, List<ImageEntry> entries, int shift)
            throws IOException {
        float[] values = new float[entries.size() * INNER * INNER];
        for (int i = 0; i < entries.size(); i++) {
            put(ImageFolder.read(list.resolve(entries.get(i))), shift, values, i * INNER * INNER);
        }
        return manager.create(values, new Shape(entries.size(), INNER * INNER));
    }

    private static void put(byte[] grey, int shift, float[] values, int at) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < INNER * INNER; i++) {
            int x = i % INNER + shift % 3;
            int y = i / INNER + shift / 3;
            int value = grey[y * SIDE + x] & 0xff;
            values[at + i] = value;
            sum += value;
            squares += value * value;
        }
        double mean = sum / (INNER * INNER);
        double length = Math.sqrt(Math.max(0, squares - sum * mean));
        for (int i = 0; i < INNER * INNER; i++) {
            values[at + i] = length < 1e-6 ? 0 : (float) ((values[at + i] - mean) / length);
        }
    }
}
