package io.ssld.cli.quickstart;

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
        print(results.mining(), out);
    }

    private static void print(Mining mining, PrintWriter out) {
        out.printf(
                "%n%-40s %7s %7s %7s %7s %7s%n",
                "planted in the pool", "images", "copies", "unsure", "unlike", "left");
        for (Mining.Row row : mining.kinds()) {
            out.printf(
                    Locale.ROOT,
                    "%-40s %7d %7d %7d %7d %7d%n",
                    row.kind(),
                    row.planted(),
                    row.asCopies(),
                    row.unsure(),
                    row.unlike(),
                    row.left());
        }
        out.printf(
                Locale.ROOT,
                "%-40s %7d %7d %7d %7d %7d%n",
                "the pool itself",
                mining.pool(),
                mining.poolTakenForCopies(),
                mining.poolUnsure(),
                mining.poolUnlike(),
                mining.pool()
                        - mining.poolTakenForCopies()
                        - mining.poolUnsure()
                        - mining.poolUnlike());
    }
}
