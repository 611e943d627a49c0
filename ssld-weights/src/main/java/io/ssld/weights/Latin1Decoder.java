package io.ssld.weights;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns UTF-8 text of the characters 0 to 255 into one byte per character, piece by piece. That is
 * how pickles up to protocol 2 hold the bytes of an array, so it has to be fast, and the JDK's
 * decoders would need memory for the characters.
 *
 * <p>Such a character is a byte below 0x80, or 0xC2 or 0xC3 (the lead) and a byte from 0x80 to 0xBF
 * (the trail). The trail is the character itself after 0xC2, and lacks the bit 0x40 after 0xC3. So
 * the lead is left out and the trail repaired.
 *
 * <p>Eight bytes are looked at together, and without branches: in an array of floats each byte is
 * as likely to be above 0x7F as not, and mispredictions would cost more than everything else.
 */
final class Latin1Decoder {

    /** More room than a piece needs: whole words are written. */
    static final int SLACK = Long.BYTES;

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The lowest bit of each of the eight bytes. */
    private static final long ONES = 0x0101010101010101L;

    private static final long LEADS = 0xC2C2C2C2C2C2C2C2L;

    /** The bytes of a word that each step moves, by the marks of the bytes to leave out. */
    private static final long[] MOVED_BY_ONE = new long[256];

    private static final long[] MOVED_BY_TWO = new long[256];
    private static final long[] MOVED_BY_FOUR = new long[256];

    static {
        for (int marks = 0; marks < 256; marks++) {
            int distance = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                if (((marks >> i) & 1) == 1) {
                    distance++;
                } else {
                    MOVED_BY_ONE[marks] |= ((distance & 1) * 0xFFL) << (8 * i);
                    MOVED_BY_TWO[marks] |=
                            (((distance >> 1) & 1) * 0xFFL) << (8 * (i - (distance & 1)));
                    MOVED_BY_FOUR[marks] |=
                            (((distance >> 2) & 1) * 0xFFL) << (8 * (i - (distance & 3)));
                }
            }
        }
    }

    /** The last byte of the piece before. */
    private long last;

    /** Not 0 once something was wrong. */
    private long faults;

    /**
     * Decodes the next piece.
     *
     * @param from its bytes
     * @param length how many of them
     * @param to receives at most as many from its beginning on, and can hold {@link #SLACK} more
     * @return how many it received
     */
    int decode(byte[] from, int length, byte[] to) {
        int whole = length & -Long.BYTES;
        long before = last;
        long wrong = 0;
        int count = 0;
        for (int i = 0; i < whole; i += Long.BYTES) {
            long word = (long) WORD.get(from, i);
            long previous = (word << 8) | before;
            long leads = highPairs(word);
            long afterLeads = highPairs(previous);
            // A trail after each lead and nowhere else; and each lead 0xC2 or 0xC3.
            wrong |= ((word >>> 7) & ONES) ^ leads ^ afterLeads;
            wrong |= (word ^ LEADS) & (0xFE * leads);
            before = word >>> 56;
            WORD.set(to, count, without(leads, word | ((previous & afterLeads) << 6)));
            count += Long.BYTES - Long.bitCount(leads);
        }
        last = before;
        faults |= wrong;
        for (int i = whole; i < length; i++) {
            count = decode(from[i] & 0xFF, to, count);
        }
        return count;
    }

    /** Decodes a single byte by the same rules. */
    private int decode(int value, byte[] to, int count) {
        boolean lead = value >= 0xC0;
        boolean afterLead = last >= 0xC0;
        boolean trail = value >= 0x80 && !lead;
        if (trail != afterLead || (lead && (value & 0xFE) != 0xC2)) {
            faults = 1;
        }
        to[count] = (byte) (afterLead && (last & 1) == 1 ? value | 0x40 : value);
        last = value;
        return lead ? count : count + 1;
    }

    /** Marks the bytes whose two highest bits are set: the leads. */
    private static long highPairs(long word) {
        return (word >>> 7) & (word >>> 6) & ONES;
    }

    /**
     * Leaves out some bytes of a word and moves those above them down: each by the number of bytes
     * left out below it, in steps of one, two and four bytes, which cannot collide in that order.
     */
    private static long without(long leftOut, long word) {
        // The product gathers the eight marks in its highest byte, in the same order.
        int marks = (int) ((leftOut * 0x0102040810204080L) >>> 56);
        long values = word & ~(0xFF * leftOut);
        long moving = values & MOVED_BY_ONE[marks];
        values ^= moving ^ (moving >>> 8);
        moving = values & MOVED_BY_TWO[marks];
        values ^= moving ^ (moving >>> 16);
        moving = values & MOVED_BY_FOUR[marks];
        return values ^ moving ^ (moving >>> 32);
    }

    /** Returns whether all pieces so far were such text and the last character is whole. */
    boolean isComplete() {
        return faults == 0 && last < 0xC0;
    }
}
