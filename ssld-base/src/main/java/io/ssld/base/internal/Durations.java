package io.ssld.base.internal;

import java.util.Locale;

/** Durations as people read them. */
public final class Durations {

    private static final double MINUTE = 60;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;

    private Durations() {}

    /**
     * Returns a duration in the unit that suits it.
     *
     * @param seconds at least 0
     * @return such as {@code 12.3 ms}, {@code 4.56 s}, {@code 7.8 min}, {@code 9.1 h} or {@code 2.3
     *     days}
     */
    public static String text(double seconds) {
        if (seconds < 1) {
            return unit("%.1f ms", 1000 * seconds);
        } else if (seconds < 2 * MINUTE) {
            return unit("%.2f s", seconds);
        } else if (seconds < 2 * HOUR) {
            return unit("%.1f min", seconds / MINUTE);
        } else if (seconds < 2 * DAY) {
            return unit("%.1f h", seconds / HOUR);
        }
        return unit("%.1f days", seconds / DAY);
    }

    private static String unit(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
