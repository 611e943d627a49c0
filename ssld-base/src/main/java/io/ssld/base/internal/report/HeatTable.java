package io.ssld.base.internal.report;

import io.ssld.base.internal.Numbers;
import java.util.List;
import java.util.Locale;

/** A square table of counts whose shades tell where the large ones are. */
final class HeatTable {

    /** As dark as text on top can bear, in a dark page too. */
    private static final double DARKEST = 0.6;

    private HeatTable() {}

    static String html(String caption, List<String> names, List<List<Long>> counts) {
        StringBuilder html = new StringBuilder();
        html.append(
                """
                <div class="scroll" role="region" tabindex="0" aria-label="%1$s">
                <table>
                <caption>%1$s</caption>
                <thead>
                <tr><th scope="col"></th>\
                """
                        .formatted(Html.escape(caption)));
        for (String name : names) {
            html.append("<th scope=\"col\" class=\"number\">")
                    .append(Html.escape(name))
                    .append("</th>");
        }
        html.append("</tr>\n</thead>\n<tbody>\n");
        for (int row = 0; row < names.size(); row++) {
            html.append("<tr><th scope=\"row\">")
                    .append(Html.escape(names.get(row)))
                    .append("</th>");
            appendCells(html, counts.get(row));
            html.append("</tr>\n");
        }
        return html.append("</tbody>\n</table>\n</div>\n").toString();
    }

    private static void appendCells(StringBuilder html, List<Long> row) {
        long sum = row.stream().mapToLong(Long::longValue).sum();
        for (long count : row) {
            if (count == 0) {
                html.append("<td class=\"number\"></td>");
            } else {
                double shade = DARKEST * count / sum;
                html.append(
                        String.format(
                                Locale.ROOT,
                                "<td class=\"number\" style=\"background:rgba(37,99,235,%.3f)\">%s"
                                        + "</td>",
                                shade,
                                Html.escape(Numbers.cell(count))));
            }
        }
    }
}
