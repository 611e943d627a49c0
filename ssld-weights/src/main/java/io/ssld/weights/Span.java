package io.ssld.weights;

/**
 * Where a string of characters or bytes lies in a file; it is read when its meaning is known.
 *
 * @param offset its first byte
 * @param length how many bytes of the file it takes
 * @param utf8 whether they are UTF-8, as in Python's text, or each byte stands for itself. Pickles
 *     up to protocol 2 hold the bytes of arrays as UTF-8, too: as text of the characters 0 to 255.
 */
record Span(long offset, long length, boolean utf8) {

    /** No bytes at all. */
    static final Span EMPTY = new Span(0, 0, false);
}
