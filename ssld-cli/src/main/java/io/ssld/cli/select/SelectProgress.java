package io.ssld.cli.select;

import io.ssld.cli.common.TerminalBar;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how many images are done, images a second and the time left: a bar on a terminal, a line
 * now and then otherwise.
 */
final class SelectProgress implements AutoCloseable {

    /** Between two lines where there is no terminal. */
    private static final long LINE_NANOS = 10_000_000_000L;

    private final PrintStream out = System.err;
    private final boolean terminal;
    private String task = "";
    private long start;
    private long lastLine;
    private @Nullable ProgressBar bar;

    SelectProgress(boolean terminal) {
        this.terminal = terminal;
    }

    /** Takes in that {@code done} of {@code total} images are through a task. */
    void update(String name, long done, long total) {
        if (!name.equals(task)) {
            close();
            task = name;
            start = System.nanoTime();
            lastLine = start;
            bar = terminal ? newBar(name, total) : null;
        }
        if (bar != null) {
            bar.stepTo(done);
            return;
        }
        long now = System.nanoTime();
        if (done == total || now - lastLine >= LINE_NANOS) {
            lastLine = now;
            double seconds = Math.max(1e-3, (now - start) / 1e9);
            long left = Math.round(seconds / Math.max(1, done) * (total - done));
            out.printf(
                    Locale.ROOT,
                    "%s  %d/%d images  %.0f images/s  %d:%02d left%n",
                    name,
                    done,
                    total,
                    done / seconds,
                    left / 60,
                    left % 60);
        }
    }

    private ProgressBar newBar(String name, long total) {
        return TerminalBar.builder(out, name, total).setUnit(" images", 1).showSpeed().build();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
