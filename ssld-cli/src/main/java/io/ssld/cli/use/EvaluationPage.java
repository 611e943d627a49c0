package io.ssld.cli.use;

import io.ssld.base.internal.report.Chart;
import io.ssld.base.internal.report.Figure;
import io.ssld.base.internal.report.HtmlReport;
import io.ssld.cli.use.EvaluationResults.Mistake;
import io.ssld.core.evaluation.Calibration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code report.html} of an evaluation. */
final class EvaluationPage {

    /** Beyond that many classes a table of all pairs is no help; the PNG has them. */
    private static final int HEAT_CLASSES = 40;

    private static final int CONFUSIONS = 20;
    private static final int THUMBNAIL = 112;

    private EvaluationPage() {}

    /**
     * Draws the page.
     *
     * @param results what to show
     * @param images their files by place
     */
    static HtmlReport of(EvaluationResults results, List<Path> images) throws IOException {
        HtmlReport.Builder page =
                HtmlReport.builder()
                        .setTitle("Evaluation of " + results.model())
                        .optSubtitle(results.images() + " labelled images")
                        .addKeyValues("Measures", measures(results));
        EvaluationResults.Against against = results.against();
        if (against != null) {
            page.addTable(
                    "Against " + against.model(),
                    List.of("", against.model() + " right", against.model() + " wrong"),
                    List.of(
                            Arrays.<@Nullable Object>asList(
                                    results.model() + " right",
                                    against.counts().bothRight(),
                                    against.counts().onlyFirstRight()),
                            Arrays.<@Nullable Object>asList(
                                    results.model() + " wrong",
                                    against.counts().onlySecondRight(),
                                    against.counts().bothWrong())));
        }
        page.addHeading("Calibration").addChart(reliability(results.calibration()));
        page.addTable(
                "Confidence in bins of equal width, the upper end included",
                List.of("confidence", "images", "mean confidence", "accuracy"),
                results.calibration().bins().stream()
                        .map(
                                bin ->
                                        Arrays.<@Nullable Object>asList(
                                                String.format(
                                                        Locale.ROOT,
                                                        "%.3f to %.3f",
                                                        bin.lower(),
                                                        bin.upper()),
                                                bin.count(),
                                                bin.confidence(),
                                                bin.accuracy()))
                        .toList());
        addClasses(page, results);
        if (!results.worstMistakes().isEmpty()) {
            page.addHeading("Worst mistakes")
                    .addImageGrid("The most confident first", figures(results, images));
        }
        if (!results.unreadable().isEmpty()) {
            page.addHeading("Unreadable files")
                    .addTable(
                            "Not measured",
                            List.of("file", "reason"),
                            results.unreadable().stream()
                                    .map(each -> List.of(each.path(), each.reason()))
                                    .toList());
        }
        return page.build();
    }

    private static Map<String, @Nullable Object> measures(EvaluationResults results) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("top-1", percent(results.top1()));
        Double top5 = results.top5();
        values.put(
                "top-5",
                top5 == null
                        ? String.format(
                                Locale.ROOT,
                                "not reported: always 100 %% with %d classes",
                                results.perClass().size())
                        : percent(top5));
        values.put("mean precision", percent(results.meanPrecision()));
        values.put("mean recall", percent(results.meanRecall()));
        values.put("mean F1", percent(results.meanF1()));
        values.put("expected calibration error", percent(results.calibration().expectedError()));
        EvaluationResults.Against against = results.against();
        if (against != null) {
            values.put("top-1 of " + against.model(), percent(against.top1()));
            values.put("agreement with it", percent(against.agreement()));
        }
        EvaluationResults.Binary binary = results.operatingPoint();
        if (binary != null) {
            values.put(
                    "TPR of %s at FPR up to %s".formatted(binary.positive(), binary.maxFpr()),
                    percent(binary.point().tpr()));
            values.put("threshold for that", binary.point().threshold());
            values.put("FPR there", percent(binary.point().fpr()));
        }
        return values;
    }

    static String percent(double fraction) {
        return Double.isNaN(fraction) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
    }

    private static Chart reliability(Calibration calibration) {
        List<Calibration.Bin> filled =
                calibration.bins().stream().filter(bin -> bin.count() > 0).toList();
        return Chart.builder()
                .setCaption("Reliability: accuracy of the images of similar confidence")
                .setAxes("confidence", "accuracy")
                .addSeries("this model", values(filled, true), values(filled, false))
                .addSeries("perfectly calibrated", new double[] {0, 1}, new double[] {0, 1})
                .build();
    }

    private static double[] values(List<Calibration.Bin> bins, boolean confidence) {
        return bins.stream()
                .mapToDouble(bin -> confidence ? bin.confidence() : bin.accuracy())
                .toArray();
    }

    private static void addClasses(HtmlReport.Builder page, EvaluationResults results) {
        page.addHeading("Classes")
                .addTable(
                        "Measures of each class",
                        List.of("class", "support", "precision", "recall", "F1"),
                        results.perClass().stream()
                                .map(
                                        row ->
                                                Arrays.<@Nullable Object>asList(
                                                        row.name(),
                                                        row.support(),
                                                        row.precision(),
                                                        row.recall(),
                                                        row.f1()))
                                .toList());
        List<String> names =
                results.perClass().stream().map(EvaluationResults.ClassRow::name).toList();
        if (names.size() <= HEAT_CLASSES) {
            page.addHeatTable(
                    "Confusion matrix: a row for each true class, a column for each first choice",
                    names,
                    results.confusion());
        }
        page.addTable(
                "Most frequent confusions",
                List.of("true class", "taken for", "images"),
                results.mostConfused(CONFUSIONS).stream()
                        .map(
                                each ->
                                        List.of(
                                                names.get(each.label()),
                                                names.get(each.predicted()),
                                                each.count()))
                        .toList());
    }

    private static List<Figure> figures(EvaluationResults results, List<Path> images)
            throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (Mistake mistake : results.worstMistakes()) {
            byte[] png = Thumbnails.png(images.get(mistake.place()), THUMBNAIL);
            figures.add(
                    Figure.ofPng(
                            png,
                            mistake.path(),
                            Figure.line(mistake.label()),
                            Figure.wrong(
                                    String.format(
                                            Locale.ROOT,
                                            "%s %.1f %%",
                                            mistake.predicted(),
                                            100 * mistake.confidence())),
                            Figure.line(mistake.path())));
        }
        return figures;
    }
}
