package io.ssld.base.internal.report;

import io.ssld.base.internal.Numbers;
import io.ssld.base.internal.report.Chart.Point;
import io.ssld.base.internal.report.Chart.Series;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Draws a {@link Chart} as SVG in one size; the style sheet knows its classes. */
final class SvgChart {

    /** More points than this do not tell themselves under the pointer, only some of them. */
    private static final int MAX_TIPS = 200;

    private static final int COLOURS = 6;
    private static final int DASHES = 5;

    /** The sizes of a drawing in pixels, and about how many values its axes mark. */
    enum Layout {
        WIDE(760, 340, 10, 6),
        NARROW(360, 280, 5, 5);

        private static final int TOP = 30;
        private static final int RIGHT = 14;
        private static final int BOTTOM = 46;
        private static final int LEFT = 52;

        private final int width;
        private final int height;
        private final int xTicks;
        private final int yTicks;

        Layout(int width, int height, int xTicks, int yTicks) {
            this.width = width;
            this.height = height;
            this.xTicks = xTicks;
            this.yTicks = yTicks;
        }

        String cssClass() {
            return this == WIDE ? "wide" : "narrow";
        }
    }

    private final Chart chart;
    private final Layout layout;
    private final StringBuilder svg = new StringBuilder();
    private final Ticks xs;
    private final Ticks ys;

    private SvgChart(Chart chart, Layout layout) {
        this.chart = chart;
        this.layout = layout;
        List<Point> drawn = points().filter(this::isDrawn).toList();
        var x = drawn.stream().mapToDouble(Point::x).summaryStatistics();
        var y = drawn.stream().mapToDouble(Point::y).summaryStatistics();
        if (drawn.isEmpty()) {
            xs = Ticks.within(0, 1, layout.xTicks, false);
            ys = Ticks.around(0, 1, layout.yTicks);
        } else {
            boolean whole = drawn.stream().allMatch(point -> point.x() == Math.rint(point.x()));
            xs = Ticks.within(x.getMin(), x.getMax(), layout.xTicks, whole);
            ys =
                    chart.logY()
                            ? Ticks.logarithmic(y.getMin(), y.getMax(), layout.yTicks)
                            : Ticks.around(y.getMin(), y.getMax(), layout.yTicks);
        }
    }

    /** Draws a chart; {@code id} makes the names within the drawing unique in its page. */
    static String draw(Chart chart, Layout layout, String id) {
        return new SvgChart(chart, layout).draw(id);
    }

    /**
     * Returns the classes of the n-th curve: any two of the first thirty differ in one at least.
     */
    static String style(int series) {
        return "c" + series % COLOURS + " d" + series % DASHES;
    }

    private String draw(String id) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        """
                        <svg class="%s" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc">
                        <title id="%s-title">%s</title>
                        <desc id="%s-desc">%s</desc>
                        """,
                        layout.cssClass(),
                        layout.width,
                        layout.height,
                        id,
                        id,
                        id,
                        Html.escape(chart.caption()),
                        id,
                        Html.escape(description())));
        drawAxes();
        for (int i = 0; i < chart.series().size(); i++) {
            drawSeries(chart.series().get(i), i);
        }
        if (points().noneMatch(this::isDrawn)) {
            text("empty", layout.width / 2.0, layout.height / 2.0, "No values");
        }
        return svg.append("</svg>\n").toString();
    }

    private void drawAxes() {
        for (BigDecimal value : ys.values()) {
            double y = y(value.doubleValue());
            line("grid-line", Layout.LEFT, y, layout.width - Layout.RIGHT, y);
            text("y", Layout.LEFT - 8, y + 4, Numbers.exact(value));
        }
        double bottom = layout.height - Layout.BOTTOM;
        line("axis", Layout.LEFT, bottom, layout.width - Layout.RIGHT, bottom);
        for (BigDecimal value : xs.values()) {
            double x = x(value.doubleValue());
            line("axis", x, bottom, x, bottom + 5);
            text("x", x, bottom + 19, Numbers.exact(value));
        }
        text(
                "x title",
                (Layout.LEFT + layout.width - Layout.RIGHT) / 2.0,
                layout.height - 6,
                chart.xTitle());
        text("title", 0, 13, chart.yTitle());
    }

    private void drawSeries(Series series, int number) {
        svg.append("<g class=\"").append(style(number)).append("\">\n");
        svg.append("<path class=\"line\" d=\"").append(path(series.points())).append("\"/>\n");
        List<Point> drawn = series.points().stream().filter(this::isDrawn).toList();
        int stride = Math.max(1, (drawn.size() + MAX_TIPS - 1) / MAX_TIPS);
        for (int i = 0; i < drawn.size(); i += stride) {
            drawTip(series.name(), drawn.get(i));
        }
        svg.append("</g>\n");
    }

    /** A dot that shows itself and its values under the pointer. */
    private void drawTip(String name, Point point) {
        String tip =
                "%s: %s %s, %s %s"
                        .formatted(
                                name,
                                chart.xTitle(),
                                Numbers.brief(point.x()),
                                chart.yTitle(),
                                Numbers.brief(point.y()));
        svg.append(
                "<circle class=\"tip\" cx=\"%s\" cy=\"%s\" r=\"4\"><title>%s</title></circle>\n"
                        .formatted(
                                coordinate(x(point.x())),
                                coordinate(y(point.y())),
                                Html.escape(tip)));
    }

    /** Joins the points; a new part begins after each gap. */
    private String path(List<Point> points) {
        StringBuilder path = new StringBuilder();
        boolean joined = false;
        for (Point point : points) {
            if (isDrawn(point)) {
                String at = coordinate(x(point.x())) + " " + coordinate(y(point.y()));
                // A line of no length: its round ends show a point that stands alone.
                path.append(joined ? "L" + at : "M" + at + "h0");
            }
            joined = isDrawn(point);
        }
        return path.toString();
    }

    private String description() {
        String curves =
                chart.series().stream().map(this::description).collect(Collectors.joining(" "));
        return "%s over %s. %s".formatted(chart.yTitle(), chart.xTitle(), curves).strip();
    }

    private String description(Series series) {
        List<Point> drawn = series.points().stream().filter(this::isDrawn).toList();
        if (drawn.isEmpty()) {
            return series.name() + ": no values.";
        }
        Point first = drawn.get(0);
        Point last = drawn.get(drawn.size() - 1);
        return "%s: from %s at %s to %s at %s."
                .formatted(
                        series.name(),
                        Numbers.brief(first.y()),
                        Numbers.brief(first.x()),
                        Numbers.brief(last.y()),
                        Numbers.brief(last.x()));
    }

    private Stream<Point> points() {
        return chart.series().stream().flatMap(series -> series.points().stream());
    }

    /** Tells whether a point has a place; comparisons with NaN are false. */
    private boolean isDrawn(Point point) {
        return Math.abs(point.x()) <= Ticks.LARGEST
                && Math.abs(point.y()) <= Ticks.LARGEST
                && (!chart.logY() || point.y() >= Ticks.SMALLEST);
    }

    private double x(double value) {
        return Layout.LEFT + xs.position(value) * (layout.width - Layout.LEFT - Layout.RIGHT);
    }

    private double y(double value) {
        double bottom = layout.height - Layout.BOTTOM;
        return bottom - ys.position(value) * (bottom - Layout.TOP);
    }

    private void line(String cssClass, double x1, double y1, double x2, double y2) {
        svg.append(
                "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
                        .formatted(
                                cssClass,
                                coordinate(x1),
                                coordinate(y1),
                                coordinate(x2),
                                coordinate(y2)));
    }

    private void text(String cssClass, double x, double y, String text) {
        svg.append(
                "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
                        .formatted(cssClass, coordinate(x), coordinate(y), Html.escape(text)));
    }

    /** A tenth of a pixel is finer than any screen shows. */
    private static String coordinate(double value) {
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }
}
