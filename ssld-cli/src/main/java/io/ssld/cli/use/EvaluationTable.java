package io.ssld.cli.use;

import io.ssld.cli.use.EvaluationResults.ClassRow;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** An evaluation as text. */
final class EvaluationTable {

    private static final int SHOWN_CONFUSIONS = 5;
    private static final int MAX_NAME = 32;

    private EvaluationTable() {}

    static void print(EvaluationResults results, PrintWriter out) {
        out.printf(Locale.ROOT, "%s on %,d images%n%n", results.model(), results.images());
        line(out, "top-1", results.top1());
        Double top5 = results.top5();
        if (top5 == null) {
            out.printf(
                    Locale.ROOT,
                    "%-28s not reported: always 100 %% with %d classes%n",
                    "top-5",
                    results.perClass().size());
        } else {
            line(out, "top-5", top5);
        }
        line(out, "mean precision", results.meanPrecision());
        line(out, "mean recall", results.meanRecall());
        line(out, "mean F1", results.meanF1());
        line(out, "expected calibration error", results.calibration().expectedError());
        EvaluationResults.Against against = results.against();
        if (against != null) {
            line(out, "top-1 of " + against.model(), against.top1());
            line(out, "agreement with it", against.agreement());
        }
        EvaluationResults.Binary binary = results.operatingPoint();
        if (binary != null) {
            out.printf(
                    Locale.ROOT,
                    "TPR of %s at FPR <= %s: %s, at threshold %.4f (FPR %s)%n",
                    binary.positive(),
                    binary.maxFpr(),
                    EvaluationPage.percent(binary.point().tpr()),
                    binary.point().threshold(),
                    EvaluationPage.percent(binary.point().fpr()));
        }
        classes(results, out);
    }

    private static void classes(EvaluationResults results, PrintWriter out) {
        int width =
                results.perClass().stream()
                        .mapToInt(row -> row.name().length())
                        .map(length -> Math.max(5, Math.min(MAX_NAME, length)))
                        .max()
                        .orElse(MAX_NAME);
        String head = "%n%-" + width + "s %8s %10s %10s %10s%n";
        out.printf(head, "class", "support", "precision", "recall", "F1");
        for (ClassRow row : results.perClass()) {
            String name = row.name();
            out.printf(
                    Locale.ROOT,
                    "%-" + width + "s %,8d %10s %10s %10s%n",
                    name.length() > width ? name.substring(0, width - 1) + "…" : name,
                    row.support(),
                    EvaluationPage.percent(row.precision()),
                    EvaluationPage.percent(row.recall()),
                    EvaluationPage.percent(row.f1()));
        }
        List<String> names = results.perClass().stream().map(ClassRow::name).toList();
        results.mostConfused(SHOWN_CONFUSIONS)
                .forEach(
                        each ->
                                out.printf(
                                        Locale.ROOT,
                                        "%s%s taken for %s: %,d%n",
                                        each.equals(results.mostConfused(1).get(0)) ? "\n" : "",
                                        names.get(each.label()),
                                        names.get(each.predicted()),
                                        each.count()));
    }

    private static void line(PrintWriter out, String name, double value) {
        out.printf("%-28s %s%n", name, EvaluationPage.percent(value));
    }
}
