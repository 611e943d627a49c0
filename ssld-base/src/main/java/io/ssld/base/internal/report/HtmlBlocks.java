package io.ssld.base.internal.report;

import io.ssld.base.internal.Numbers;
import io.ssld.base.internal.report.SvgChart.Layout;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The parts of an {@link HtmlReport}, each from its values to its markup. */
final class HtmlBlocks {

    /** Pictures of fewer pixels are enlarged with their pixels kept sharp. */
    private static final int SMALL_PIXELS = 128;

    private static final Pattern QUANTITY =
            Pattern.compile("[-+−±]?\\d[\\d.,\\h]*(e[-+−]?\\d+)?\\h?[%‰\\p{L}µ/²³]{0,6}");

    private HtmlBlocks() {}

    static String heading(String text) {
        return "<h2>" + Html.escape(text) + "</h2>\n";
    }

    static String paragraph(String text) {
        return "<p>" + Html.escape(text) + "</p>\n";
    }

    /** A table whose first column names its rows; columns of numbers are set to the right. */
    static String table(
            String caption,
            List<String> headers,
            List<? extends List<? extends @Nullable Object>> rows) {
        List<String> classes =
                IntStream.range(0, headers.size())
                        .mapToObj(i -> isNumeric(rows, i) ? " class=\"number\"" : "")
                        .toList();
        StringBuilder html = new StringBuilder();
        html.append(
                """
                <div class="scroll" role="region" tabindex="0" aria-label="%1$s">
                <table>
                <caption>%1$s</caption>
                <thead>
                <tr>\
                """
                        .formatted(Html.escape(caption)));
        for (int i = 0; i < headers.size(); i++) {
            html.append(
                    "<th scope=\"col\"%s>%s</th>"
                            .formatted(classes.get(i), Html.escape(headers.get(i))));
        }
        html.append("</tr>\n</thead>\n<tbody>\n");
        for (List<? extends @Nullable Object> row : rows) {
            html.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                String tag = i == 0 ? "th scope=\"row\"" : "td";
                String cell = Html.escape(Numbers.cell(row.get(i)));
                html.append(
                        "<%s%s>%s</%s>".formatted(tag, classes.get(i), cell, i == 0 ? "th" : "td"));
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n</div>\n").toString();
    }

    static String keyValues(String caption, Map<String, ? extends @Nullable Object> values) {
        String pairs =
                values.entrySet().stream()
                        .map(
                                e ->
                                        "<div><dt>%s</dt><dd>%s</dd></div>\n"
                                                .formatted(
                                                        Html.escape(e.getKey()),
                                                        Html.escape(Numbers.cell(e.getValue()))))
                        .collect(Collectors.joining());
        return figure("facts", caption, "<dl>\n" + pairs + "</dl>\n");
    }

    /**
     * A chart with its legend, drawn for wide and for narrow screens; the style sheet shows one.
     */
    static String chart(Chart chart, String id) {
        StringBuilder html = new StringBuilder("<ul class=\"legend\">\n");
        for (int i = 0; i < chart.series().size(); i++) {
            html.append(
                    """
                    <li><svg viewBox="0 0 30 8" aria-hidden="true"><path class="line %s" d="M2 4H28"/></svg>%s</li>
                    """
                            .formatted(
                                    SvgChart.style(i), Html.escape(chart.series().get(i).name())));
        }
        html.append("</ul>\n");
        for (Layout layout : Layout.values()) {
            html.append(SvgChart.draw(chart, layout, id + "-" + layout.cssClass()));
        }
        return figure("chart", chart.caption(), html.toString());
    }

    static String imageGrid(String caption, List<Figure> figures) {
        String items = figures.stream().map(HtmlBlocks::image).collect(Collectors.joining());
        return figure("images", caption, "<div class=\"grid\">\n" + items + "</div>\n");
    }

    static String drawings(String caption, List<Drawing> drawings) {
        String items =
                drawings.stream()
                        .map(
                                drawing ->
                                        "<figure>\n%s<figcaption>%s</figcaption>\n</figure>\n"
                                                .formatted(drawing.toSvg(), lines(drawing.lines())))
                        .collect(Collectors.joining());
        return figure("drawings", caption, "<div class=\"pairs\">\n" + items + "</div>\n");
    }

    private static String lines(List<Figure.Line> lines) {
        return lines.stream().map(HtmlBlocks::line).collect(Collectors.joining());
    }

    private static String image(Figure figure) {
        boolean small = Math.max(figure.width(), figure.height()) < SMALL_PIXELS;
        String lines = lines(figure.lines());
        return String.format(
                Locale.ROOT,
                """
                <figure>
                <img%s src="%s" width="%d" height="%d" alt="%s">
                <figcaption>%s</figcaption>
                </figure>
                """,
                small ? " class=\"small\"" : "",
                figure.dataUri(),
                figure.width(),
                figure.height(),
                Html.escape(figure.alt()),
                lines);
    }

    private static String line(Figure.Line line) {
        String text = Html.escape(line.text());
        return switch (line.mark()) {
            case NONE -> "<span>%s</span>".formatted(text);
            case RIGHT -> judged(text, "right", "✓");
            case WRONG -> judged(text, "wrong", "✗");
        };
    }

    private static String judged(String text, String verdict, String sign) {
        return "<span class=\"%1$s\"><b role=\"img\" aria-label=\"%1$s\">%2$s</b> %3$s</span>"
                .formatted(verdict, sign, text);
    }

    private static String figure(String cssClass, String caption, String content) {
        return "<figure class=\"%s\">\n<figcaption>%s</figcaption>\n%s</figure>\n"
                .formatted(cssClass, Html.escape(caption), content);
    }

    private static boolean isNumeric(
            List<? extends List<? extends @Nullable Object>> rows, int column) {
        List<String> cells =
                rows.stream()
                        .map(row -> Numbers.cell(row.get(column)))
                        .filter(cell -> !cell.isEmpty() && !cell.equals(Numbers.NONE))
                        .toList();
        return !cells.isEmpty()
                && cells.stream().allMatch(cell -> QUANTITY.matcher(cell).matches());
    }
}
