package io.ssld.core.labels.internal;

import java.io.IOException;

/**
 * Images cut into pieces of one size, so that a run that was killed loses one of them at most. Each
 * is done whole, in order, unless an earlier run did it.
 *
 * @param from the first image; the first piece begins at a multiple of the size, or here
 * @param to the first image behind the last
 * @param size the images of a piece, at least 1
 */
public record Pieces(int from, int to, int size) {

    /**
     * One piece.
     *
     * @param number counted from the first image of all, so that it does not depend on the range
     * @param from its first image
     * @param to the first image behind it
     */
    public record Piece(int number, int from, int to) {

        /** How many images it has. */
        public int images() {
            return to - from;
        }
    }

    /**
     * What is done with a piece.
     *
     * @param <E> what may go wrong besides reading and writing
     */
    public interface Work<E extends Exception> {

        /** Tells whether an earlier run did a piece, and counts it as done then. */
        boolean resume(Piece piece) throws IOException;

        /** Does a piece. */
        void label(Piece piece) throws IOException, E;
    }

    /** The number of the first piece. */
    public int first() {
        return from / size;
    }

    /** The number behind the last piece. */
    public int behind() {
        return from == to ? first() : (to - 1) / size + 1;
    }

    /** Does what no earlier run did. */
    public <E extends Exception> void doMissing(Work<E> work) throws IOException, E {
        for (int number = first(); number < behind(); number++) {
            int begin = Math.max(from, number * size);
            int end = (int) Math.min(to, (number + 1L) * size);
            Piece piece = new Piece(number, begin, end);
            if (!work.resume(piece)) {
                work.label(piece);
            }
        }
    }
}
