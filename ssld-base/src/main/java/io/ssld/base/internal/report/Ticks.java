package io.ssld.base.internal.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The scale of one axis: its ends and the round values marked between them.
 *
 * @param min the value at the axis' beginning
 * @param max the value at its end, above {@code min}
 * @param values the marked values, ascending, within the ends
 * @param log whether equal distances are equal ratios
 */
record Ticks(double min, double max, List<BigDecimal> values, boolean log) {

    /** Beyond these bounds the ends of an axis could leave the range of a double. */
    static final double SMALLEST = 1e-300;

    static final double LARGEST = 1e300;

    private static final int[] MANTISSAS = {1, 2, 5};

    /** Marks steps of 1, 2 or 5 times a power of ten within the ends. */
    static Ticks within(double low, double high, int about, boolean whole) {
        if (high - low < Double.MIN_NORMAL) {
            double margin = whole ? Math.max(1, 8 * Math.ulp(low)) : margin(low);
            return within(low - margin, high + margin, about, whole);
        }
        BigDecimal step = step((high - low) / about, whole);
        long first = index(low, step, RoundingMode.CEILING);
        long last = index(high, step, RoundingMode.FLOOR);
        return new Ticks(low, high, multiples(step, first, last), false);
    }

    /** Widens the ends to marked values. */
    static Ticks around(double low, double high, int about) {
        if (high - low < Double.MIN_NORMAL) {
            double margin = margin(low);
            return around(low - margin, high + margin, about);
        }
        BigDecimal step = step((high - low) / about, false);
        long first = index(low, step, RoundingMode.FLOOR);
        long last = index(high, step, RoundingMode.CEILING);
        List<BigDecimal> values = multiples(step, first, last);
        return new Ticks(
                values.get(0).doubleValue(),
                values.get(values.size() - 1).doubleValue(),
                values,
                false);
    }

    /**
     * Widens the ends to 1, 2 or 5 times a power of ten; marks these over less than two decades and
     * powers of ten over more. The ends are positive.
     */
    static Ticks logarithmic(double low, double high, int about) {
        int bottom = (int) Math.floor(Math.log10(low)) - 1;
        int top = (int) Math.ceil(Math.log10(high)) + 1;
        List<BigDecimal> round = new ArrayList<>();
        for (int exponent = bottom; exponent <= top; exponent++) {
            for (int mantissa : MANTISSAS) {
                round.add(BigDecimal.valueOf(mantissa).scaleByPowerOfTen(exponent));
            }
        }
        int first = 0;
        while (round.get(first + 1).doubleValue() <= low) {
            first++;
        }
        int last = first + 1;
        while (round.get(last).doubleValue() < high) {
            last++;
        }
        List<BigDecimal> values = List.copyOf(round.subList(first, last + 1));
        double decades = Math.log10(high) - Math.log10(low);
        int stride = Math.max(1, (int) Math.ceil(decades / about));
        return new Ticks(
                values.get(0).doubleValue(),
                values.get(values.size() - 1).doubleValue(),
                decades < 2
                        ? values
                        : values.stream().filter(value -> isDecade(value, stride)).toList(),
                true);
    }

    /** Returns where a value stands between the ends: 0 at the beginning, 1 at the end. */
    double position(double value) {
        return log
                ? (Math.log(value) - Math.log(min)) / (Math.log(max) - Math.log(min))
                : (value - min) / (max - min);
    }

    /** Returns how far an axis reaches on both sides of its only value. */
    private static double margin(double value) {
        return Math.abs(value) < SMALLEST ? 1 : Math.abs(value) / 2;
    }

    private static boolean isDecade(BigDecimal value, int stride) {
        return value.unscaledValue().intValue() == 1 && value.scale() % stride == 0;
    }

    private static BigDecimal step(double atLeast, boolean whole) {
        double smallest = whole ? Math.max(1, atLeast) : atLeast;
        int exponent = (int) Math.floor(Math.log10(smallest));
        for (int mantissa : MANTISSAS) {
            BigDecimal step = BigDecimal.valueOf(mantissa).scaleByPowerOfTen(exponent);
            if (step.doubleValue() >= smallest) {
                return step;
            }
        }
        return BigDecimal.ONE.scaleByPowerOfTen(exponent + 1);
    }

    private static long index(double value, BigDecimal step, RoundingMode rounding) {
        return BigDecimal.valueOf(value).divide(step, 0, rounding).longValueExact();
    }

    private static List<BigDecimal> multiples(BigDecimal step, long first, long last) {
        List<BigDecimal> values = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            values.add(step.multiply(BigDecimal.valueOf(i)));
        }
        return List.copyOf(values);
    }
}
