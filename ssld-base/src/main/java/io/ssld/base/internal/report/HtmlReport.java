package io.ssld.base.internal.report;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A page about a run in one file: no script, nothing from the network, readable from disk, on paper
 * and on a telephone, light or dark as the reader's system is.
 *
 * <p>All text is taken as text, never as markup, and the page forbids scripts by its own policy.
 * Equal content gives an equal page.
 */
public final class HtmlReport {

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src \
            'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%1$s</title>
            <style>
            %2$s</style>
            </head>
            <body>
            <main>
            <header>
            <h1>%1$s</h1>
            %3$s</header>
            %4$s</main>
            </body>
            </html>
            """;

    private final String html;

    private HtmlReport(String html) {
        this.html = html;
    }

    /**
     * Starts a page.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes the page.
     *
     * @param file the file to create or replace, usually {@code report.html}
     * @throws IOException if the file cannot be written
     */
    public void writeTo(Path file) throws IOException {
        AtomicFiles.writeString(file, html);
    }

    /**
     * Returns the page.
     *
     * @return the whole document
     */
    public String toHtml() {
        return html;
    }

    private static String styleSheet() {
        try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
            if (css == null) {
                throw new IllegalStateException(
                        "report.css must be beside this class, but was not found; keep the"
                                + " resources of ssld-core when repackaging it");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Collects the parts of a page; they appear in the order in which they were added. */
    public static final class Builder {

        private final StringBuilder body = new StringBuilder();
        private final Setting<String> title = new Setting<>("title");
        private final Setting<String> subtitle = new Setting<>("subtitle");
        private int charts;

        private Builder() {}

        /**
         * Sets the title.
         *
         * @param title the title of the page
         * @return this builder
         */
        public Builder setTitle(String title) {
            this.title.set(title);
            return this;
        }

        /**
         * Sets the line under the title; there is none unless set.
         *
         * @param subtitle the line
         * @return this builder
         */
        public Builder optSubtitle(String subtitle) {
            this.subtitle.set(subtitle);
            return this;
        }

        /**
         * Adds a heading, which begins a new part of the page.
         *
         * @param text the heading
         * @return this builder
         */
        public Builder addHeading(String text) {
            Objects.requireNonNull(text, "text");
            body.append(HtmlBlocks.heading(text));
            return this;
        }

        /**
         * Adds a paragraph.
         *
         * @param text the paragraph
         * @return this builder
         */
        public Builder addParagraph(String text) {
            Objects.requireNonNull(text, "text");
            body.append(HtmlBlocks.paragraph(text));
            return this;
        }

        /**
         * Adds a table. The first column names the rows. Columns of numbers, also of numbers with a
         * unit in text, are aligned to the right.
         *
         * @param caption what the table shows
         * @param headers the names of the columns
         * @param rows the cells, row by row, one for each header; whole numbers are shown in full,
         *     others with five digits, {@code null} and NaN as a dash
         * @return this builder
         */
        public Builder addTable(
                String caption,
                List<String> headers,
                List<? extends List<? extends @Nullable Object>> rows) {
            Objects.requireNonNull(caption, "caption");
            Objects.requireNonNull(headers, "headers");
            Objects.requireNonNull(rows, "rows");
            for (List<?> row : rows) {
                if (row.size() != headers.size()) {
                    throw new IllegalArgumentException(
                            String.format(
                                    Locale.ROOT,
                                    "row must hold %d cells, one for each of %s, but was %s",
                                    headers.size(),
                                    headers,
                                    row));
                }
            }
            body.append(HtmlBlocks.table(caption, headers, rows));
            return this;
        }

        /**
         * Adds a square table of counts, each cell the darker the larger its part of its row; zeros
         * are left blank.
         *
         * @param caption what the table shows
         * @param names the names of the rows, which are those of the columns too
         * @param counts the cells, row by row
         * @return this builder
         */
        public Builder addHeatTable(String caption, List<String> names, List<List<Long>> counts) {
            Objects.requireNonNull(caption, "caption");
            Objects.requireNonNull(names, "names");
            Objects.requireNonNull(counts, "counts");
            if (counts.size() != names.size()
                    || counts.stream().anyMatch(row -> row.size() != names.size())) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "counts must be %d rows of as many cells, but were %s",
                                names.size(),
                                counts));
            }
            body.append(HeatTable.html(caption, names, counts));
            return this;
        }

        /**
         * Adds a chart.
         *
         * @param chart the chart
         * @return this builder
         */
        public Builder addChart(Chart chart) {
            Objects.requireNonNull(chart, "chart");
            charts++;
            body.append(HtmlBlocks.chart(chart, "chart-" + charts));
            return this;
        }

        /**
         * Adds a grid of pictures; small ones are enlarged, their pixels kept sharp.
         *
         * @param caption what the pictures show
         * @param figures the pictures
         * @return this builder
         */
        public Builder addImageGrid(String caption, List<Figure> figures) {
            Objects.requireNonNull(caption, "caption");
            Objects.requireNonNull(figures, "figures");
            body.append(HtmlBlocks.imageGrid(caption, figures));
            return this;
        }

        /**
         * Adds drawings, such as pairs of pictures.
         *
         * @param caption what they show
         * @param drawings the drawings
         * @return this builder
         */
        public Builder addDrawings(String caption, List<Drawing> drawings) {
            Objects.requireNonNull(caption, "caption");
            Objects.requireNonNull(drawings, "drawings");
            body.append(HtmlBlocks.drawings(caption, drawings));
            return this;
        }

        /**
         * Adds a list of names and values.
         *
         * @param caption what they describe
         * @param values name to value, shown in the order of the map as the cells of a table are
         * @return this builder
         */
        public Builder addKeyValues(
                String caption, Map<String, ? extends @Nullable Object> values) {
            Objects.requireNonNull(caption, "caption");
            Objects.requireNonNull(values, "values");
            body.append(HtmlBlocks.keyValues(caption, values));
            return this;
        }

        /**
         * Builds the page.
         *
         * @return the page
         * @throws IllegalStateException if there is no title
         */
        public HtmlReport build() {
            String head = Html.escape(title.required());
            String lead =
                    subtitle.isSet()
                            ? "<p class=\"subtitle\">" + Html.escape(subtitle.required()) + "</p>\n"
                            : "";
            return new HtmlReport(PAGE.formatted(head, styleSheet(), lead, body));
        }
    }
}
