package io.ssld.core.search;

import io.ssld.base.internal.report.Chart;
import io.ssld.base.internal.report.HtmlReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A search as a page and as JSON. */
final class SearchReport {

    private SearchReport() {}

    static Map<String, Object> facts(SearchResult result) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("end", result.end());
        facts.put("score", result.score());
        facts.put("seconds", result.seconds());
        facts.put("best", result.best().toMap());
        facts.put("coordinates", result.coordinates());
        facts.put("trials", result.trials());
        return facts;
    }

    static HtmlReport page(SearchResult result) {
        HtmlReport.Builder page =
                HtmlReport.builder()
                        .setTitle("Search around the recipe " + result.best().name())
                        .optSubtitle(
                                String.format(
                                        Locale.ROOT,
                                        "%d trials, %s",
                                        result.trials().size(),
                                        result.end().text()));
        page.addKeyValues("Best so far", best(result));
        for (CoordinateResult coordinate : result.coordinates()) {
            page.addTable(
                    coordinate.coordinate().title()
                            + (coordinate.complete() ? "" : " (not all candidates tried)"),
                    List.of("value", "score", "trial", "seconds", "result"),
                    rows(coordinate));
        }
        return page.addChart(chart(result))
                .addKeyValues("Best recipe", result.best().toMap())
                .build();
    }

    private static Map<String, Object> best(SearchResult result) {
        Map<String, Object> best = new LinkedHashMap<>();
        best.put("score", result.score());
        for (CoordinateResult coordinate : result.coordinates()) {
            best.put(coordinate.coordinate().title(), coordinate.values().get(coordinate.winner()));
        }
        best.put("seconds", result.seconds());
        return best;
    }

    private static List<List<@Nullable Object>> rows(CoordinateResult coordinate) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 0; i < coordinate.tried().size(); i++) {
            TrialResult trial = coordinate.tried().get(i);
            List<@Nullable Object> row = new ArrayList<>();
            row.add(coordinate.values().get(i));
            row.add(trial.score());
            row.add(trial.number());
            row.add(trial.seconds());
            row.add(
                    i == coordinate.winner()
                            ? "kept"
                            : Double.isNaN(trial.score()) ? "diverged" : "");
            rows.add(row);
        }
        return rows;
    }

    private static Chart chart(SearchResult result) {
        int count = result.trials().size();
        double[] numbers = new double[count];
        double[] scores = new double[count];
        double[] best = new double[count];
        double highest = Double.NaN;
        for (int i = 0; i < count; i++) {
            TrialResult trial = result.trials().get(i);
            numbers[i] = trial.number();
            scores[i] = trial.score();
            highest = Double.isNaN(highest) ? scores[i] : Math.max(highest, or(scores[i], highest));
            best[i] = highest;
        }
        return Chart.builder()
                .setCaption("Score of each trial")
                .setAxes("trial", "score")
                .addSeries("trial", numbers, scores)
                .addSeries("best so far", numbers, best)
                .build();
    }

    private static double or(double score, double fallback) {
        return Double.isNaN(score) ? fallback : score;
    }
}
