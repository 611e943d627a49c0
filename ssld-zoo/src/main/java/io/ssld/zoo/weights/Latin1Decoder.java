package io.ssld.zoo.weights;

/**
 * Turns UTF-8 text of the characters 0 to 255 into one byte per character, piece by piece. That is
 * how pickles up to protocol 2 hold the bytes of an array, so it has to be fast, and the JDK's
 * decoders would need memory for the characters.
 *
 * <p>Such a character is a byte below 0x80, or 0xC2 or 0xC3 and a byte from 0x80 to 0xBF.
 */
final class Latin1Decoder {

    /** 1 if the last byte was the first of two. */
    private int pending;

    /** What the first of two bytes adds to the second: 0x40 for 0xC3. */
    private int added;

    /** Not 0 once something was wrong. */
    private int faults;

    /**
     * Decodes the next piece.
     *
     * @param from its bytes
     * @param length how many of them
     * @param to receives at most as many, from its beginning on
     * @return how many it received
     */
    int decode(byte[] from, int length, byte[] to) {
        // No branches: in an array of floats each byte is as likely to be above 0x7F as not, and
        // mispredictions would cost more than everything else here.
        int count = 0;
        int before = pending;
        int add = added;
        int wrong = 0;
        for (int i = 0; i < length; i++) {
            int value = from[i] & 0xFF;
            int first = (value + 0x40) >> 8;
            int second = (value >> 7) & ~first;
            to[count] = (byte) (value | add);
            count += 1 - first;
            wrong |= (second ^ before) | (-first & (value ^ 0xC2) & 0xFE);
            add = (value & first) << 6;
            before = first;
        }
        pending = before;
        added = add;
        faults |= wrong;
        return count;
    }

    /** Returns whether all pieces so far were such text and the last character is whole. */
    boolean isComplete() {
        return (faults | pending) == 0;
    }
}
