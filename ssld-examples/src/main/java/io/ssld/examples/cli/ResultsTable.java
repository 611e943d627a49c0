package io.ssld.examples.cli;

import io.ssld.examples.quickstart.Results;
import java.io.PrintWriter;
import java.util.Locale;

/** The quickstart's answer as text. */
final class ResultsTable {

    private static final String ROW = "%-16s %7.2f%%  %-16s %9.2f%% %,11d %8s%n";

    private ResultsTable() {}

    static void print(Results results, PrintWriter out) {
        out.println();
        out.printf(
                "%-16s %8s  %-16s %10s %11s %8s%n",
                "network", "top-1", "range", "agreement", "parameters", "seconds");
        Results.TeacherRow teacher = results.teacher();
        out.printf(
                Locale.ROOT, ROW, "teacher", teacher.top1(), "", 100.0, teacher.parameters(), "");
        for (Results.StudentRow row : results.students()) {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    row.name(),
                    row.top1(),
                    String.format(Locale.ROOT, "%.1f to %.1f", row.lowest(), row.highest()),
                    row.agreement(),
                    row.parameters(),
                    String.format(Locale.ROOT, "%.1f", row.seconds()));
        }
        out.printf(
                Locale.ROOT,
                "%ndistilled+pool is %.2f points above labels-only (mean over %d seed(s))%n",
                results.gain(),
                results.seeds().size());
    }
}
