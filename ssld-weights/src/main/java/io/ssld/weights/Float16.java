package io.ssld.weights;

/**
 * IEEE 754 half precision (binary16): 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits.
 *
 * <p>The JDK converts it itself only from version 20 on.
 */
final class Float16 {

    private static final int FRACTION_BITS = 10;
    private static final int INFINITY = 0x7C00;
    private static final int QUIET_NAN = 0x7E00;
    private static final int MIN_EXPONENT = -14;
    private static final int MAX_EXPONENT = 15;

    private Float16() {}

    /**
     * Returns the value of a half, which every float can hold exactly.
     *
     * @param half the 16 bits
     * @return the same value; NaN for each of the NaNs
     */
    static float toFloat(short half) {
        int exponent = (half >> FRACTION_BITS) & 0x1F;
        int fraction = half & 0x3FF;
        float magnitude;
        if (exponent == 0x1F) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else {
            magnitude = Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        }
        return half < 0 ? -magnitude : magnitude;
    }

    /**
     * Returns the half nearest to a value; of two equally near ones that with an even last bit.
     *
     * <p>Values from 65,520 on become infinite, values up to 2<sup>-25</sup> zero, both with their
     * sign. A double is taken, as rounding a double to float first could round it twice.
     *
     * @param value any value
     * @return the 16 bits; the one quiet NaN for NaN
     */
    static short fromDouble(double value) {
        if (Double.isNaN(value)) {
            return (short) QUIET_NAN;
        }
        int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
        double magnitude = Math.abs(value);
        int exponent = Math.max(Math.getExponent(magnitude), MIN_EXPONENT);
        if (exponent > MAX_EXPONENT) {
            return (short) (sign | INFINITY);
        }
        // The scaled value is exact, so rint does the only rounding. Its hidden bit, and the carry
        // of a value that rounds up to the next power of two, add one to the exponent field; that
        // turns 65,520 into the bits of infinity.
        int significand = (int) Math.rint(Math.scalb(magnitude, FRACTION_BITS - exponent));
        int exponentField = (exponent - MIN_EXPONENT) << FRACTION_BITS;
        return (short) (sign | (exponentField + significand));
    }
}
