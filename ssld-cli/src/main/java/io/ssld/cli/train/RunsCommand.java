package io.ssld.cli.train;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.Version;
import io.ssld.cli.train.RunRows.Row;
import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld runs}. */
@Command(
        name = "runs",
        description = "List run folders: state, epoch, best accuracy, time left.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class RunsCommand implements Callable<Integer> {

    /** Runs of runs, such as those of a study, lie two deep; deeper there are only their files. */
    private static final int DEPTH = 4;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "Where to look, at any depth up to 4. Default: ${DEFAULT-VALUE}",
            defaultValue = "runs")
    private Path folder;

    @Option(names = "--json", description = "Print JSON instead of the table.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    RunsCommand() {}

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("DIR must be a folder of runs, but there is no folder " + folder);
        }
        List<Row> rows = RunRows.below(folder, DEPTH);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> runs = new LinkedHashMap<>();
            rows.forEach(row -> runs.put(row.name(), row.toJson()));
            out.println(Json.toString(runs));
        } else {
            print(rows, out);
        }
        out.flush();
        return 0;
    }

    private static void print(List<Row> rows, PrintWriter out) {
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        String format = "%-" + Math.max(3, width) + "s  %-11s  %9s  %-17s  %9s  %s%n";
        out.printf(Locale.ROOT, format, "run", "state", "epoch", "best top-1", "left", "network");
        for (Row row : rows) {
            RunStatus run = row.status();
            if (run == null) {
                out.printf(
                        Locale.ROOT, format, row.name(), "unreadable", "-", "-", "-", row.reason());
                continue;
            }
            out.printf(
                    Locale.ROOT,
                    format,
                    row.name(),
                    run.state().name().toLowerCase(Locale.ROOT),
                    run.epochsDone() + "/" + run.epochs(),
                    best(run),
                    left(run.secondsLeft()),
                    run.teacher().isEmpty()
                            ? run.student()
                            : run.student() + " from " + run.teacher());
        }
    }

    private static String best(RunStatus run) {
        return run.bestTop1().isEmpty()
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.2f%% (epoch %d)",
                        100 * run.bestTop1().getAsDouble(),
                        run.bestEpoch().orElse(0));
    }

    private static String left(OptionalDouble seconds) {
        if (seconds.isEmpty()) {
            return "-";
        }
        Duration left = Duration.ofSeconds((long) seconds.getAsDouble());
        return String.format(
                Locale.ROOT,
                "%d:%02d:%02d",
                left.toHours(),
                left.toMinutesPart(),
                left.toSecondsPart());
    }
}
