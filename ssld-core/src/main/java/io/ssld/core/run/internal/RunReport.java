package io.ssld.core.run.internal;

import io.ssld.base.internal.report.Chart;
import io.ssld.base.internal.report.HtmlReport;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.EpochSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The page about one run: while it goes on, and when it is done. */
final class RunReport {

    private RunReport() {}

    /** The page of a run that goes on. */
    static HtmlReport soFar(RunSpec spec, List<EpochSummary> epochs, int classes) {
        EpochSummary last = epochs.get(epochs.size() - 1);
        HtmlReport.Builder page =
                page(spec)
                        .optSubtitle(
                                String.format(
                                        Locale.ROOT,
                                        "Running: epoch %d of %d is done",
                                        last.epoch(),
                                        spec.recipe().epochs()))
                        .addTable(
                                "Accuracy on the validation data so far",
                                List.of("network", "top-1 %", "top-5 %"),
                                rows(spec, last, classes));
        return charts(page, epochs)
                .addKeyValues("Settings", settings(spec, spec.recipe().toMap()))
                .build();
    }

    /** The page of a run that is done. */
    static HtmlReport of(
            RunSpec spec,
            TrainingRun.Outcome outcome,
            Map<String, Object> recipe,
            long parameters,
            long quarantined) {
        List<EpochSummary> epochs = outcome.epochs();
        List<List<Object>> rows = new ArrayList<>();
        if (spec.teacher() != null && outcome.last().second().examples() > 0) {
            rows.add(
                    row(
                            spec.teacher().name() + " (teacher)",
                            outcome.last().second(),
                            outcome.classes()));
        }
        rows.addAll(rows(spec, epochs.get(epochs.size() - 1), outcome.classes()));
        Map<String, Object> facts = settings(spec, recipe);
        facts.put("parameters of the student", parameters);
        facts.put("seconds", outcome.seconds());
        facts.put("images quarantined", quarantined);
        HtmlReport.Builder page =
                page(spec)
                        .addTable(
                                "Accuracy on the validation data at the end",
                                List.of("network", "top-1 %", "top-5 %"),
                                rows);
        return charts(page, epochs).addKeyValues("Settings", facts).build();
    }

    private static HtmlReport.Builder page(RunSpec spec) {
        return HtmlReport.builder().setTitle("Training of " + spec.student().name());
    }

    private static List<List<Object>> rows(RunSpec spec, EpochSummary epoch, int classes) {
        List<List<Object>> rows = new ArrayList<>();
        rows.add(row(spec.student().name(), epoch.evaluation(), classes));
        epoch.averaged()
                .ifPresent(
                        averaged ->
                                rows.add(
                                        row(
                                                spec.student().name() + " (averaged weights)",
                                                averaged,
                                                classes)));
        return rows;
    }

    /** A dash stands for a top-5 accuracy that says nothing. */
    private static List<Object> row(String name, Evaluation evaluation, int classes) {
        double top5 = evaluation.top5(classes).orElse(Double.NaN);
        return List.of(name, 100 * evaluation.top1(), 100 * top5);
    }

    private static Map<String, Object> settings(RunSpec spec, Map<String, Object> recipe) {
        Map<String, Object> settings = new LinkedHashMap<>(recipe);
        settings.put("loss", spec.loss().getName());
        settings.put("precision", spec.precision().told());
        if (spec.normalization() != null) {
            settings.put("layout", spec.layoutTold());
        }
        return settings;
    }

    private static HtmlReport.Builder charts(HtmlReport.Builder page, List<EpochSummary> epochs) {
        Chart.Builder accuracy =
                chart("Validation accuracy", "top-1 %")
                        .addSeries(
                                "top-1 %",
                                numbers(epochs),
                                values(epochs, epoch -> 100 * epoch.evaluation().top1()));
        if (epochs.stream().allMatch(epoch -> epoch.averaged().isPresent())) {
            accuracy.addSeries(
                    "averaged weights",
                    numbers(epochs),
                    values(epochs, epoch -> 100 * epoch.averaged().orElseThrow().top1()));
        }
        return page.addChart(
                        chart("Training loss", "loss")
                                .addSeries(
                                        "loss", numbers(epochs), values(epochs, EpochSummary::loss))
                                .build())
                .addChart(accuracy.build())
                .addChart(
                        chart("Learning rate", "rate of the epoch's last step")
                                .addSeries(
                                        "rate",
                                        numbers(epochs),
                                        values(epochs, EpochSummary::learningRate))
                                .build());
    }

    private static Chart.Builder chart(String caption, String measure) {
        return Chart.builder().setCaption(caption).setAxes("epoch", measure);
    }

    private static double[] numbers(List<EpochSummary> epochs) {
        return values(epochs, EpochSummary::epoch);
    }

    private static double[] values(
            List<EpochSummary> epochs, ToDoubleFunction<EpochSummary> value) {
        return epochs.stream().mapToDouble(value).toArray();
    }
}
