package io.ssld.base.internal.report;

import io.ssld.base.internal.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Curves over a common axis, to be drawn by {@link HtmlReport}.
 *
 * @param caption what the chart shows
 * @param xTitle what the horizontal axis measures
 * @param yTitle what the vertical axis measures
 * @param logY whether the vertical axis is logarithmic; values that are not above 0 are then gaps
 * @param series the curves, told apart by their names
 */
public record Chart(
        String caption, String xTitle, String yTitle, boolean logY, List<Series> series) {

    /** Checks that the names differ and takes a copy. */
    public Chart {
        Objects.requireNonNull(caption, "caption");
        Objects.requireNonNull(xTitle, "xTitle");
        Objects.requireNonNull(yTitle, "yTitle");
        Objects.requireNonNull(series, "series");
        series = List.copyOf(series);
        List<String> names = series.stream().map(Series::name).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException(
                    "series must have different names, but was " + names);
        }
    }

    /**
     * One curve.
     *
     * @param name its name in the legend
     * @param points its points in the order in which they are joined
     */
    public record Series(String name, List<Point> points) {

        /** Takes a copy. */
        public Series {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(points, "points");
            points = List.copyOf(points);
        }
    }

    /**
     * A point of a curve.
     *
     * @param x where it stands
     * @param y its value; the curve has a gap where it is not finite or beyond 1e300
     */
    public record Point(double x, double y) {}

    /**
     * Starts a chart.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what a chart shows. */
    public static final class Builder {

        private final List<Series> series = new ArrayList<>();
        private final Setting<String> caption = new Setting<>("caption");
        private final Setting<String> xTitle = new Setting<>("axes");
        private final Setting<String> yTitle = new Setting<>("axes");
        private boolean logY;

        private Builder() {}

        /**
         * Sets what the chart shows.
         *
         * @param caption the text above it
         * @return this builder
         */
        public Builder setCaption(String caption) {
            this.caption.set(caption);
            return this;
        }

        /**
         * Sets what the axes measure.
         *
         * @param xTitle the title of the horizontal axis
         * @param yTitle the title of the vertical axis
         * @return this builder
         */
        public Builder setAxes(String xTitle, String yTitle) {
            Objects.requireNonNull(xTitle, "xTitle");
            Objects.requireNonNull(yTitle, "yTitle");
            this.xTitle.set(xTitle);
            this.yTitle.set(yTitle);
            return this;
        }

        /**
         * Makes the vertical axis logarithmic; it is linear unless set.
         *
         * @return this builder
         */
        public Builder optLogY() {
            logY = true;
            return this;
        }

        /**
         * Adds a curve.
         *
         * @param name its name in the legend, unlike the others'
         * @param x where its points stand
         * @param y their values, as many as {@code x}; NaN makes a gap
         * @return this builder
         */
        public Builder addSeries(String name, double[] x, double[] y) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(x, "x");
            Objects.requireNonNull(y, "y");
            if (x.length != y.length) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "y must hold one value for each of the %d of x, but was %s",
                                x.length,
                                Arrays.toString(y)));
            }
            series.add(
                    new Series(
                            name,
                            IntStream.range(0, x.length)
                                    .mapToObj(i -> new Point(x[i], y[i]))
                                    .toList()));
            return this;
        }

        /**
         * Builds the chart.
         *
         * @return the chart
         * @throws IllegalStateException if a required setting is missing
         */
        public Chart build() {
            return new Chart(
                    caption.required(), xTitle.required(), yTitle.required(), logY, series);
        }
    }
}
