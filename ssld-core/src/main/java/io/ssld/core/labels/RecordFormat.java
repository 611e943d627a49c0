package io.ssld.core.labels;

import io.ssld.base.internal.Half;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/**
 * The bytes of one view's label, little-endian; docs/label-store tells them.
 *
 * <p>K of C classes: K class numbers (16 bits where C is at most 32,767, else 32), likeliest first,
 * of equal ones the lower number; K halves, their log-probabilities; one half, the logarithm of
 * what the others have together. All C classes: C halves, in order of the classes.
 *
 * @param classes C
 * @param topK K
 */
record RecordFormat(int classes, int topK) {

    private static final int MOST_SHORT_CLASSES = 32_767;

    /** What a class has under {@link TailPolicy#RENORMALIZE} that is not named. */
    private static final float ALMOST_NOTHING = (float) Math.log(1e-12);

    private boolean isDense() {
        return topK == classes;
    }

    private int indexBytes() {
        return classes <= MOST_SHORT_CLASSES ? Short.BYTES : Integer.BYTES;
    }

    /** The length of a record. */
    int bytes() {
        return isDense()
                ? Math.multiplyExact(classes, Short.BYTES)
                : Math.addExact(Math.multiplyExact(topK, indexBytes() + Short.BYTES), Short.BYTES);
    }

    /**
     * Writes a record.
     *
     * @param row C log-probabilities from {@code from} on
     * @param out little-endian
     * @throws IllegalStateException if one is NaN or above 0 by more than rounding
     */
    void write(float[] row, int from, ByteBuffer out) {
        for (int c = 0; c < classes; c++) {
            if (!(row[from + c] <= 1e-3f)) {
                throw new IllegalStateException(
                        "teacher's answer must be finite, but class "
                                + c
                                + " has the log-probability "
                                + row[from + c]
                                + "; check its weights and its inputs");
            }
        }
        if (isDense()) {
            for (int c = 0; c < classes; c++) {
                out.putShort(half(row[from + c]));
            }
            return;
        }
        int[] best = best(row, from);
        boolean[] named = new boolean[classes];
        for (int c : best) {
            named[c] = true;
            putClass(c, out);
        }
        for (int c : best) {
            out.putShort(half(row[from + c]));
        }
        // Summed class by class: 1 minus the named ones would be rounding where those have it all.
        double tail = 0;
        for (int c = 0; c < classes; c++) {
            tail += named[c] ? 0 : Math.exp(row[from + c]);
        }
        out.putShort(half(Math.log(tail)));
    }

    /**
     * Writes a record of what {@link #read} returned, or could have.
     *
     * @param named K different classes
     * @param values their log-probabilities, at most 0 and not ascending; of all C classes in any
     *     order
     * @param tail at most 0; minus infinity where all classes are named
     * @param out little-endian; nothing is written if this fails
     * @throws IllegalArgumentException saying what is wrong with the label
     */
    void write(int[] named, float[] values, float tail, ByteBuffer out) {
        if (named.length != topK || values.length != topK) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "classes and log-probabilities must be %d, but were %d and %d",
                            topK,
                            named.length,
                            values.length));
        }
        requireClasses(named);
        requireLogarithms(named, values);
        // The comparison refuses NaN, and the smallest finite number minus infinity.
        if (isDense()
                ? tail != Float.NEGATIVE_INFINITY
                : !(tail >= -Float.MAX_VALUE && tail <= 0)) {
            throw new IllegalArgumentException(
                    "tail must be %s, but was %s"
                            .formatted(
                                    isDense()
                                            ? "minus infinity where all classes are named"
                                            : "finite and at most 0",
                                    tail));
        }
        if (!isDense()) {
            for (int c : named) {
                putClass(c, out);
            }
        }
        for (float value : values) {
            out.putShort(half(value));
        }
        if (!isDense()) {
            out.putShort(half(tail));
        }
    }

    private void requireClasses(int[] named) {
        BitSet seen = new BitSet(classes);
        for (int i = 0; i < topK; i++) {
            int c = named[i];
            if (c < 0 || c >= classes) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT, "class must be in 0..%d, but was %d", classes - 1, c));
            }
            if (seen.get(c)) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT, "classes must differ, but %d is named twice", c));
            }
            if (isDense() && c != i) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "all classes must be named in order, but %d is at place %d",
                                c,
                                i));
            }
            seen.set(c);
        }
    }

    private void requireLogarithms(int[] named, float[] values) {
        for (int i = 0; i < topK; i++) {
            if (!(values[i] >= -Float.MAX_VALUE && values[i] <= 0)) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "log-probability of class %d must be finite and at most 0, but was"
                                        + " %s",
                                named[i],
                                values[i]));
            }
            if (!isDense() && i > 0 && values[i] > values[i - 1]) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "classes must stand likeliest first, but %d comes after a less"
                                        + " likely one",
                                named[i]));
            }
        }
    }

    private void putClass(int c, ByteBuffer out) {
        if (indexBytes() == Short.BYTES) {
            out.putShort((short) c);
        } else {
            out.putInt(c);
        }
    }

    private static short half(double logarithm) {
        return Half.of(Math.min(logarithm, 0));
    }

    /** The K likeliest classes by insertion: few of many get in after the first ones. */
    private int[] best(float[] row, int from) {
        int[] best = new int[topK];
        int held = 0;
        for (int c = 0; c < classes; c++) {
            float value = row[from + c];
            if (held == topK && !(value > row[from + best[held - 1]])) {
                continue;
            }
            int at = held == topK ? held - 1 : held++;
            while (at > 0 && value > row[from + best[at - 1]]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = c;
        }
        return best;
    }

    /**
     * Checks what stands in a record: checksums tell only that it is as somebody wrote it.
     *
     * @throws IllegalArgumentException saying what is wrong with the label
     */
    void check(ByteBuffer in, int at) {
        int[] named = new int[topK];
        float[] values = new float[topK];
        for (int i = 0; i < topK; i++) {
            named[i] = isDense() ? i : number(in, at, i);
            values[i] = value(in, at, i);
        }
        requireClasses(named);
        requireLogarithms(named, values);
        float tail = isDense() ? 0 : Half.toFloat(in.getShort(tailAt(at)));
        if (!(tail >= -Float.MAX_VALUE && tail <= 0)) {
            throw new IllegalArgumentException(
                    "tail must be finite and at most 0, but was " + tail);
        }
    }

    /** Reads a record that {@link #check} found right. */
    StoredLabel read(ByteBuffer in, int at) {
        int[] named = new int[topK];
        float[] values = new float[topK];
        for (int i = 0; i < topK; i++) {
            named[i] = isDense() ? i : index(in, at, i);
            values[i] = value(in, at, i);
        }
        float tail = isDense() ? Float.NEGATIVE_INFINITY : Half.toFloat(in.getShort(tailAt(at)));
        return new StoredLabel(named, values, tail);
    }

    /** Writes the log-probabilities of all classes to {@code out}; the record was checked. */
    void dense(ByteBuffer in, int at, TailPolicy policy, float[] out, int to) {
        if (isDense()) {
            for (int c = 0; c < classes; c++) {
                out[to + c] = value(in, at, c);
            }
            return;
        }
        float rest =
                policy == TailPolicy.SPREAD
                        ? (float) (Half.toFloat(in.getShort(tailAt(at))) - Math.log(classes - topK))
                        : ALMOST_NOTHING;
        Arrays.fill(out, to, to + classes, rest);
        for (int i = 0; i < topK; i++) {
            out[to + index(in, at, i)] = value(in, at, i);
        }
    }

    private int tailAt(int at) {
        return at + topK * (indexBytes() + Short.BYTES);
    }

    private int index(ByteBuffer in, int at, int i) {
        int index = number(in, at, i);
        if (index < 0 || index >= classes) {
            throw new IllegalStateException(
                    "class of a stored label must be in 0.."
                            + (classes - 1)
                            + ", but was "
                            + index
                            + "; the store was not written as docs/label-store says");
        }
        return index;
    }

    private int number(ByteBuffer in, int at, int i) {
        return indexBytes() == Short.BYTES
                ? in.getShort(at + i * Short.BYTES)
                : in.getInt(at + i * Integer.BYTES);
    }

    private float value(ByteBuffer in, int at, int i) {
        int start = isDense() ? at : at + topK * indexBytes();
        return Half.toFloat(in.getShort(start + i * Short.BYTES));
    }
}
