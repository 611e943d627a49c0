package io.ssld.base.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

    private static final String EVIL = "<script>alert(\"1\")</script>' onload='x";

    @TempDir Path folder;

    @Test
    void writeTo_equalContent_givesEqualPage() throws IOException {
        Path file = folder.resolve("report.html");
        sample("title").writeTo(file);

        assertThat(file).content().isEqualTo(sample("title").toHtml());
    }

    @Test
    void toHtml_anyContent_refersToNothingOutside() throws IOException {
        String html = sample("title").toHtml();

        assertThat(html)
                .doesNotContain("http:", "https:", "<script", "<link", "@import", "url(")
                .contains("default-src 'none'", "prefers-color-scheme: dark");
        assertThat(Pattern.compile("src=\"(?!data:image/png;base64,)").matcher(html).find())
                .isFalse();
    }

    @Test
    void toHtml_markupInEveryText_isEscaped() throws IOException {
        String html = sample(EVIL).toHtml();

        assertThat(html)
                .doesNotContain("<script", "onload='")
                .contains("&lt;script&gt;alert(&quot;1&quot;)");
    }

    @Test
    void toHtml_anyContent_isWellFormed() throws Exception {
        String html = sample(EVIL).toHtml();
        String xml =
                html.replace("<!DOCTYPE html>", "").replaceAll("(<(?:meta|img)[^>]*)>", "$1/>");

        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void addTable_numbersAndQuantities_areAlignedRight() {
        String html =
                HtmlReport.builder()
                        .setTitle("t")
                        .addTable(
                                "c",
                                List.of("name", "count", "share", "note"),
                                List.of(
                                        Arrays.asList("a", 12_345, "91.2 %", "12 of 13"),
                                        Arrays.asList("b", null, "3 ms", "none")))
                        .build()
                        .toHtml();

        assertThat(html)
                .contains(
                        "<th scope=\"col\">name</th><th scope=\"col\" class=\"number\">count</th>")
                .contains("<th scope=\"row\">a</th><td class=\"number\">12\u202f345</td>")
                .contains("<td class=\"number\">–</td><td class=\"number\">3 ms</td><td>none</td>");
    }

    @Test
    void addTable_shortRow_isRefused() {
        assertThatThrownBy(
                        () ->
                                HtmlReport.builder()
                                        .addTable("c", List.of("a", "b"), List.of(List.of(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row must hold 2 cells, one for each of [a, b], but was [1]");
    }

    @Test
    void addImageGrid_smallImage_isPixelatedWithMarks() throws IOException {
        String html = sample("t").toHtml();

        assertThat(html)
                .contains("<img class=\"small\" src=\"data:image/png;base64,")
                .contains("width=\"28\" height=\"20\" alt=\"t\"")
                .contains("<b role=\"img\" aria-label=\"right\">✓</b> teacher")
                .contains("<b role=\"img\" aria-label=\"wrong\">✗</b> student");
    }

    @Test
    void addChart_twoOfThem_haveNamesOfTheirOwn() throws IOException {
        String html = sample("t").toHtml();
        List<String> ids =
                Pattern.compile(" id=\"([^\"]+)\"")
                        .matcher(html)
                        .results()
                        .map(MatchResult::group)
                        .toList();

        assertThat(ids).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void build_noTitle_namesIt() {
        assertThatThrownBy(() -> HtmlReport.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("title must be set before build()");
    }

    @Test
    void ofPng_otherBytes_areRefused() {
        assertThatThrownBy(() -> Figure.ofPng(new byte[30], "alt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "png must be the bytes of a PNG file, but was 30 bytes without its header");
    }

    @Test
    void escape_charactersThatHtmlLacks_areReplaced() {
        assertThat(Html.escape("a\u0000b\ud800c\n🙂&")).isEqualTo("a\ufffdb\ufffdc\n🙂&amp;");
    }

    private static HtmlReport sample(String text) throws IOException {
        double[] x = {1, 2, 3};
        Chart chart =
                Chart.builder()
                        .setCaption(text)
                        .setAxes(text, text)
                        .addSeries(text, x, new double[] {0.1, Double.NaN, 0.3})
                        .build();
        return HtmlReport.builder()
                .setTitle(text)
                .optSubtitle(text)
                .addHeading(text)
                .addParagraph(text)
                .addTable(text, List.of(text), List.of(List.of(text)))
                .addKeyValues(text, Map.of(text, text))
                .addChart(chart)
                .addChart(chart)
                .addImageGrid(
                        text,
                        List.of(
                                Figure.ofPng(
                                        png(),
                                        text,
                                        Figure.line(text),
                                        Figure.right("teacher " + text),
                                        Figure.wrong("student " + text))))
                .build();
    }

    private static byte[] png() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(28, 20, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }

    @Test
    void heatTable_shadesByRow_escapesNames() {
        String html =
                HtmlReport.builder()
                        .setTitle("t")
                        .addHeatTable(
                                "c", List.of("a<b", "d"), List.of(List.of(3L, 1L), List.of(0L, 0L)))
                        .build()
                        .toHtml();
        assertThat(html)
                .contains("a&lt;b")
                .contains("rgba(37,99,235,0.450)\">3</td>", "rgba(37,99,235,0.150)\">1</td>")
                .contains("<td class=\"number\"></td><td class=\"number\"></td>");
        assertThatThrownBy(
                        () ->
                                HtmlReport.builder()
                                        .addHeatTable("c", List.of("a"), List.of(List.of(1L, 2L))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("counts must be 1 rows of as many cells, but were [[1, 2]]");
    }
}
