package io.ssld.selection;

/** Digests in a hash table of primitive numbers, 8 to 32 bytes each. */
final class DigestSet {

    private static final int SMALLEST = 32;

    /** A place is taken if it is not 0; the digest 0 has a field of its own. */
    private long[] places = new long[SMALLEST];

    private int taken;
    private boolean hasZero;

    boolean contains(long digest) {
        return digest == 0 ? hasZero : places[place(digest)] == digest;
    }

    void add(long digest) {
        if (digest == 0) {
            hasZero = true;
            return;
        }
        int place = place(digest);
        if (places[place] != digest) {
            places[place] = digest;
            taken++;
            if (2L * taken > places.length) {
                grow();
            }
        }
    }

    void remove(long digest) {
        if (digest == 0) {
            hasZero = false;
            return;
        }
        int hole = place(digest);
        if (places[hole] != digest) {
            return;
        }
        taken--;
        // What was pushed on past the hole moves up, or it would not be found any more.
        int mask = places.length - 1;
        for (int at = hole + 1 & mask; places[at] != 0; at = at + 1 & mask) {
            int home = home(places[at]);
            if ((at - home & mask) >= (at - hole & mask)) {
                places[hole] = places[at];
                hole = at;
            }
        }
        places[hole] = 0;
    }

    private int home(long digest) {
        return (int) ((digest * 0x9E3779B97F4A7C15L) >>> 32) & (places.length - 1);
    }

    /** Where a digest is, or would go. */
    private int place(long digest) {
        int at = home(digest);
        while (places[at] != 0 && places[at] != digest) {
            at = at + 1 & places.length - 1;
        }
        return at;
    }

    private void grow() {
        long[] before = places;
        places = new long[2 * before.length];
        taken = 0;
        for (long digest : before) {
            if (digest != 0) {
                add(digest);
            }
        }
    }
}
