package io.ssld.selection.duplicates;

/** Vectors in Java arrays. */
final class Vectors {

    private Vectors() {}

    static double norm(float[] v, int from, int count) {
        double squares = 0;
        for (int i = from; i < from + count; i++) {
            squares += (double) v[i] * v[i];
        }
        return Math.sqrt(squares);
    }

    static void scale(float[] v, int from, int count, double factor) {
        for (int i = from; i < from + count; i++) {
            v[i] *= (float) factor;
        }
    }

    static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * Rounds a vector to a byte a number, the largest becoming 127: what the cache keeps. It turns
     * a vector by less than a degree, and every vector is rounded, cached before or not, so that a
     * second run finds the same similarities.
     */
    static byte[] quantize(float[] v) {
        float largest = 0;
        for (float x : v) {
            if (!Float.isFinite(x)) {
                throw new IllegalArgumentException(
                        "descriptor must give finite numbers, but gave " + x);
            }
            largest = Math.max(largest, Math.abs(x));
        }
        byte[] bytes = new byte[v.length];
        for (int i = 0; i < v.length && largest > 0; i++) {
            bytes[i] = (byte) Math.round(127 * v[i] / largest);
        }
        return bytes;
    }

    /** The unit vector of a direction; of none, the first axis. */
    static float[] unit(byte[] bytes) {
        float[] v = new float[bytes.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = bytes[i];
        }
        double norm = norm(v, 0, v.length);
        if (norm == 0) {
            v[0] = 1;
        } else {
            scale(v, 0, v.length, 1 / norm);
        }
        return v;
    }
}
