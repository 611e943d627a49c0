package io.ssld.base.internal;

/**
 * Random numbers that are a function of a key: the same key gives the same numbers on every thread,
 * in every order, on every platform.
 *
 * <p>SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014)
 * started from a hash of the key. Written out here because {@code java.util.SplittableRandom} does
 * not promise its numbers across releases, and a label store lives longer than a release.
 */
public final class CounterRandom {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private CounterRandom(long state) {
        this.state = state;
    }

    /** Creates the generator of a key; the order of the key's parts counts. */
    public static CounterRandom of(long... key) {
        long hash = 0;
        for (long part : key) {
            hash = mix(hash + GOLDEN_GAMMA + mix(part + GOLDEN_GAMMA));
        }
        return new CounterRandom(hash);
    }

    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Leaves out the next {@code count} numbers, at no cost. */
    public CounterRandom skip(int count) {
        state += count * GOLDEN_GAMMA;
        return this;
    }

    /** A number in [0, 1) with 53 random bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** A number in [low, high), or {@code low} if they are equal. */
    public double nextDouble(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** A number in [0, bound); the favour to some numbers is below bound / 2^32. */
    public int nextInt(int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** The numbers 0 to size - 1 in random order, by Fisher and Yates. */
    public int[] permutation(int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
