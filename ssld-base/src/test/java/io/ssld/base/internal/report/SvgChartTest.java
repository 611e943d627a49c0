package io.ssld.base.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.base.internal.report.SvgChart.Layout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SvgChartTest {

    @Test
    void draw_gap_beginsNewPart() {
        String svg = draw(chart().addSeries("a", steps(5), new double[] {0, 1, Double.NaN, 1, 0}));

        assertThat(path(svg)).matches("M[\\d. ]+h0L[\\d. ]+M[\\d. ]+h0L[\\d. ]+");
        assertThat(svg).doesNotContain("NaN");
    }

    @Test
    void draw_wholeRange_reachesTheCornersOfThePlot() {
        String svg = draw(chart().addSeries("a", steps(3), new double[] {0, 0.5, 1}));

        assertThat(path(svg)).isEqualTo("M52 294h0L399 162L746 30");
    }

    @Test
    void draw_logarithmic_skipsValuesNotAboveZero() {
        String svg =
                draw(chart().optLogY().addSeries("a", steps(4), new double[] {100, 0, -1, 0.01}));

        assertThat(path(svg)).isEqualTo("M52 30h0M746 294h0");
    }

    @Test
    void draw_anyChart_describesItself() {
        String svg = draw(chart().addSeries("student", steps(3), new double[] {0.25, 0.5, 0.75}));

        assertThat(svg)
                .contains("<title id=\"id-title\">caption</title>")
                .contains(
                        "<desc id=\"id-desc\">accuracy over epoch. student: from 0.25 at 0 to 0.75"
                                + " at 2.</desc>")
                .contains("<title>student: epoch 1, accuracy 0.5</title>");
    }

    @Test
    void draw_extremeValues_hasFiniteCoordinates() {
        double[] extremes = {
            0, Double.MIN_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, 1e300, -1e300, 1e-300
        };
        for (double low : extremes) {
            for (double high : extremes) {
                double[] values = {low, high};
                String linear = draw(chart().addSeries("a", values, values));
                String logarithmic = draw(chart().optLogY().addSeries("a", steps(2), values));

                assertThat(linear + logarithmic).doesNotContain("NaN", "Infinity", "∞");
            }
        }
    }

    @Test
    void draw_noValues_saysSo() {
        assertThat(draw(chart())).contains(">No values</text>");
        assertThat(draw(chart().addSeries("a", steps(1), new double[] {Double.POSITIVE_INFINITY})))
                .contains(">No values</text>")
                .contains("a: no values.")
                .doesNotContain("Infinity");
    }

    @Test
    void draw_oneValue_isADot() {
        String svg = draw(chart().addSeries("a", new double[] {7}, new double[] {0.5}));

        assertThat(path(svg)).matches("M399 [\\d.]+h0");
    }

    @Test
    void draw_manyPoints_tellsSomeOfThem() {
        double[] values = new double[10_001];
        Arrays.setAll(values, i -> Math.sin(i / 100.0));

        String svg = draw(chart().addSeries("a", steps(values.length), values));

        assertThat(svg.split("<circle", -1)).hasSizeBetween(100, 202);
    }

    @Test
    void style_thirtySeries_allDiffer() {
        Set<String> styles = new HashSet<>();
        IntStream.range(0, 30).forEach(i -> styles.add(SvgChart.style(i)));

        assertThat(styles).hasSize(30);
    }

    @Test
    void build_badSeries_areRefused() {
        assertThatThrownBy(() -> chart().addSeries("a", steps(2), steps(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("y must hold one value for each of the 2 of x, but was ");
        assertThatThrownBy(
                        () ->
                                chart().addSeries("a", steps(1), steps(1))
                                        .addSeries("a", steps(1), steps(1))
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("series must have different names, but was [a, a]");
    }

    private static Chart.Builder chart() {
        return Chart.builder().setCaption("caption").setAxes("epoch", "accuracy");
    }

    private static String draw(Chart.Builder chart) {
        return SvgChart.draw(chart.build(), Layout.WIDE, "id");
    }

    private static String path(String svg) {
        var path = Pattern.compile("<path class=\"line\" d=\"([^\"]*)\"").matcher(svg);
        assertThat(path.find()).isTrue();
        return path.group(1);
    }

    private static double[] steps(int count) {
        return IntStream.range(0, count).asDoubleStream().toArray();
    }
}
