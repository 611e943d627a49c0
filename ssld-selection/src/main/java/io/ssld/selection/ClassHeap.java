package io.ssld.selection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The best images of one class, equal contents once: a heap whose root is the worst that is kept,
 * in three primitive arrays of 20 bytes an image, beside a table of the digests.
 *
 * <p>The order is total: higher score, then lower digest (unsigned, as its hexadecimal text sorts),
 * then lower path (by UTF-8 bytes, which is by code point). So what is kept does not depend on the
 * order of offers. Paths are fetched only when score and digest are equal.
 */
final class ClassHeap {

    private static final int SMALLEST = 16;

    private final int most;
    private final LabelSource source;
    private float[] scores = {};
    private long[] digests = {};
    private long[] places = {};
    private int size;
    private final DigestSet kept = new DigestSet();

    /** Of those kept, what was offered again under the same path. */
    private final DigestSet twice = new DigestSet();

    ClassHeap(int most, LabelSource source) {
        this.most = most;
        this.source = source;
    }

    int size() {
        return size;
    }

    float score(int rank) {
        return scores[rank];
    }

    long digest(int rank) {
        return digests[rank];
    }

    long place(int rank) {
        return places[rank];
    }

    /** Keeps an image if it is among the best so far; of equal contents the best. */
    void offer(float score, long digest, long place) throws IOException {
        if (kept.contains(digest)) {
            offerAgain(score, digest, place);
        } else if (size < most) {
            if (size == scores.length) {
                grow();
            }
            size++;
            kept.add(digest);
            siftUp(score, digest, place);
        } else if (isBetter(score, digest, place, 0)) {
            kept.remove(digests[0]);
            twice.remove(digests[0]);
            kept.add(digest);
            siftDown(score, digest, place, 0, size);
        }
    }

    private void offerAgain(float score, long digest, long place) throws IOException {
        int at = 0;
        while (digests[at] != digest) {
            at++;
        }
        if (comparePaths(place, places[at]) == 0) {
            twice.add(digest);
        }
        if (isBetter(score, digest, place, at)) {
            // Better means further from the root.
            siftDown(score, digest, place, at, size);
        }
    }

    /**
     * Puts what is kept in order, best first; nothing can be offered afterwards.
     *
     * @throws IOException if a path cannot be read, or an image was offered twice
     */
    void sort() throws IOException {
        for (int end = size - 1; end > 0; end--) {
            float score = scores[end];
            long digest = digests[end];
            long place = places[end];
            copy(0, end);
            siftDown(score, digest, place, 0, end);
        }
        for (int i = 0; i < size; i++) {
            if (twice.contains(digests[i])) {
                throw new IOException(
                        "tables must hold an image once, but "
                                + source.path(places[i])
                                + " is there twice; pass each table once");
            }
        }
    }

    private void grow() {
        int length = (int) Math.min(most, Math.max(SMALLEST, 3L * size / 2));
        scores = Arrays.copyOf(scores, length);
        digests = Arrays.copyOf(digests, length);
        places = Arrays.copyOf(places, length);
    }

    /** Moves a hole towards the root until what goes into it fits. */
    private void siftUp(float score, long digest, long place) throws IOException {
        int hole = size - 1;
        while (hole > 0) {
            int parent = (hole - 1) / 2;
            if (isBetter(score, digest, place, parent)) {
                break;
            }
            copy(parent, hole);
            hole = parent;
        }
        put(hole, score, digest, place);
    }

    /** Moves a hole towards the end until what goes into it fits. */
    private void siftDown(float score, long digest, long place, int from, int end)
            throws IOException {
        int hole = from;
        int child = 2 * hole + 1;
        while (child < end) {
            if (child + 1 < end
                    && isBetter(scores[child], digests[child], places[child], child + 1)) {
                child++;
            }
            // The worse child goes up unless the new one is worse still.
            if (!isBetter(score, digest, place, child)) {
                break;
            }
            copy(child, hole);
            hole = child;
            child = 2 * hole + 1;
        }
        put(hole, score, digest, place);
    }

    private boolean isBetter(float score, long digest, long place, int than) throws IOException {
        if (score != scores[than]) {
            return score > scores[than];
        }
        int order = Long.compareUnsigned(digest, digests[than]);
        if (order != 0) {
            return order < 0;
        }
        return comparePaths(place, places[than]) < 0;
    }

    private int comparePaths(long a, long b) throws IOException {
        if (a == b) {
            return 0;
        }
        return Arrays.compareUnsigned(
                source.path(a).getBytes(StandardCharsets.UTF_8),
                source.path(b).getBytes(StandardCharsets.UTF_8));
    }

    private void copy(int from, int to) {
        scores[to] = scores[from];
        digests[to] = digests[from];
        places[to] = places[from];
    }

    private void put(int at, float score, long digest, long place) {
        scores[at] = score;
        digests[at] = digest;
        places[at] = place;
    }
}
