package io.ssld.selection.duplicates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Exact nearest neighbours by cosine: products of a block of queries with blocks of the vectors
 * held, and the best of each row. No approximation, so recall is 1 against comparing all with all.
 *
 * <p>Vectors of one length are numbered in the order in which they were added. Memory: four bytes a
 * number held, see {@link #bytes}, and two blocks of scores, see {@link #SCRATCH}.
 */
final class VectorIndex implements AutoCloseable {

    /** Queries in one product. */
    static final int QUERIES = 512;

    /** Vectors in one product. */
    static final int ROWS = 16_384;

    /** Bytes of scores: a product, and what choosing the best of each row copies. */
    static final long SCRATCH = 2L * 4 * QUERIES * ROWS;

    private final NDManager manager;
    private final int length;
    private final List<NDArray> full = new ArrayList<>();
    private final List<float[]> pending = new ArrayList<>();

    VectorIndex(NDManager parent, int length) {
        this.manager = parent.newSubManager();
        this.length = length;
    }

    /** Bytes that so many vectors take. */
    static long bytes(long vectors, int length) {
        return 4 * vectors * length;
    }

    /** Vectors that were found for a query, best first. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Nearest(int[] ids, float[] scores) {}

    int size() {
        return full.size() * ROWS + pending.size();
    }

    void add(float[] vector) {
        pending.add(vector);
        if (pending.size() == ROWS) {
            full.add(block(manager, pending.size(), pending::get));
            pending.clear();
        }
    }

    /** Finds the nearest of each query; equal scores by the order of adding. */
    List<Nearest> nearest(List<float[]> queries, int count) {
        List<Nearest> found = new ArrayList<>(queries.size());
        for (int from = 0; from < queries.size(); from += QUERIES) {
            List<float[]> part = queries.subList(from, Math.min(queries.size(), from + QUERIES));
            search(part, count, found);
        }
        return found;
    }

    private void search(List<float[]> queries, int count, List<Nearest> found) {
        Best[] best = new Best[queries.size()];
        for (int i = 0; i < best.length; i++) {
            best[i] = new Best(Math.min(count, size()));
        }
        try (NDManager scratch = manager.newSubManager()) {
            NDArray left = block(scratch, queries.size(), queries::get);
            for (int i = 0; i < full.size(); i++) {
                collect(left, full.get(i), count, i * ROWS, best);
            }
            if (!pending.isEmpty()) {
                NDArray rest = block(scratch, pending.size(), pending::get);
                collect(left, rest, count, full.size() * ROWS, best);
            }
        }
        for (Best each : best) {
            found.add(each.toNearest());
        }
    }

    private static void collect(NDArray left, NDArray right, int count, int first, Best[] best) {
        int k = (int) Math.min(count, right.getShape().get(0));
        try (NDManager step = left.getManager().newSubManager()) {
            NDArray turned = right.transpose();
            turned.attach(step);
            NDArray scores = left.matMul(turned);
            scores.attach(step);
            NDList top = scores.topK(k, 1);
            top.attach(step);
            float[] values = top.get(0).toFloatArray();
            long[] places = top.get(1).toLongArray();
            for (int i = 0; i < values.length; i++) {
                best[i / k].offer(first + (int) places[i], values[i]);
            }
        }
    }

    private NDArray block(NDManager owner, int rows, IntFunction<float[]> vectors) {
        FloatBuffer values = FloatBuffer.allocate(Math.multiplyExact(rows, length));
        for (int i = 0; i < rows; i++) {
            values.put(vectors.apply(i));
        }
        return owner.create(values.flip(), new Shape(rows, length));
    }

    @Override
    public void close() {
        manager.close();
    }

    /** The best of several blocks, by insertion: there are few. */
    private static final class Best {

        private final int[] ids;
        private final float[] scores;
        private int size;

        Best(int count) {
            ids = new int[count];
            scores = new float[count];
        }

        void offer(int id, float score) {
            int at = size;
            while (at > 0 && isBefore(id, score, at - 1)) {
                at--;
            }
            if (at == ids.length) {
                return;
            }
            int moved = Math.min(size, ids.length - 1) - at;
            System.arraycopy(ids, at, ids, at + 1, moved);
            System.arraycopy(scores, at, scores, at + 1, moved);
            ids[at] = id;
            scores[at] = score;
            size = Math.min(size + 1, ids.length);
        }

        private boolean isBefore(int id, float score, int place) {
            return score > scores[place] || (score == scores[place] && id < ids[place]);
        }

        Nearest toNearest() {
            return new Nearest(ids, scores);
        }
    }
}
