package io.ssld.base.internal;

/**
 * IEEE 754 half precision (binary16): 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits.
 *
 * <p>The JDK converts it itself only from version 20 on.
 */
public final class Half {

    /** The largest finite value. */
    public static final float MAX = 65504;

    private static final int FRACTION_BITS = 10;
    private static final int MIN_EXPONENT = -14;
    private static final int MAX_EXPONENT = 15;
    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7C00;
    private static final int QUIET_NAN = 0x7E00;

    private Half() {}

    /** The value of a half, which every float can hold exactly; NaN for each of the NaNs. */
    public static float toFloat(short half) {
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
     * The half nearest to a number, of two equally near ones that with an even last bit; numbers
     * beyond {@link #MAX} become that with their sign.
     *
     * @throws IllegalArgumentException for NaN
     */
    public static short of(double value) {
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("value must be a number, but was NaN");
        }
        return round(Math.max(-MAX, Math.min(MAX, value)));
    }

    /**
     * As {@link #of}, for any value: NaN becomes the one quiet NaN, and values from 65,520 on
     * infinity with their sign. A double is taken, as rounding a double to float first could round
     * it twice.
     */
    public static short nearest(double value) {
        if (Double.isNaN(value)) {
            return (short) QUIET_NAN;
        }
        if (Math.getExponent(value) > MAX_EXPONENT) {
            return (short) (value < 0 ? INFINITY | SIGN : INFINITY);
        }
        return round(value);
    }

    /** Of a finite value below 65,536. */
    private static short round(double value) {
        int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & SIGN;
        double magnitude = Math.abs(value);
        int exponent = Math.max(Math.getExponent(magnitude), MIN_EXPONENT);
        // The scaled value is exact, so rint does the only rounding. Its hidden bit, and the carry
        // of a value that rounds up to the next power of two, add one to the exponent field; that
        // turns 65,520 into the bits of infinity.
        int significand = (int) Math.rint(Math.scalb(magnitude, FRACTION_BITS - exponent));
        int exponentField = (exponent - MIN_EXPONENT) << FRACTION_BITS;
        return (short) (sign | (exponentField + significand));
    }
}
