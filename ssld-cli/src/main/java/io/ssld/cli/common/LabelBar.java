package io.ssld.cli.common;

import io.ssld.selection.LabelListener;
import io.ssld.selection.LabelProgress;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows labelling: a bar on a terminal, a line every ten seconds and at the end otherwise. */
public final class LabelBar implements LabelListener, AutoCloseable {

    private static final long EVERY_NANOS = 10_000_000_000L;

    /** Leaves the other stream to the answer. */
    private final PrintStream out = System.err;

    private final String unit;
    private final boolean terminal = Progress.onTerminal();
    private long shown = System.nanoTime();
    private @Nullable ProgressBar bar;

    public LabelBar() {
        this("images");
    }

    /** Shows the labelling of something else. */
    public LabelBar(String unit) {
        this.unit = unit;
    }

    @Override
    public void onProgress(LabelProgress progress) {
        if (terminal) {
            showBar(progress);
            return;
        }
        long now = System.nanoTime();
        if (progress.done() == progress.total() || now - shown > EVERY_NANOS) {
            shown = now;
            out.printf(
                    Locale.ROOT,
                    "label  %d of %d %s%s%n",
                    progress.done(),
                    progress.total(),
                    unit,
                    rest(progress));
        }
    }

    private void showBar(LabelProgress progress) {
        if (bar == null) {
            bar = TerminalBar.builder(out, "label", progress.total()).build();
        }
        bar.stepTo(progress.done());
        bar.setExtraMessage(rest(progress));
    }

    private String rest(LabelProgress progress) {
        long left = Math.round(progress.secondsLeft());
        String bad =
                progress.quarantined() == 0 ? "" : "  " + progress.quarantined() + " quarantined";
        return String.format(
                Locale.ROOT,
                "%s  %.0f %s/s  %d:%02d:%02d left",
                bad,
                progress.imagesPerSecond(),
                unit,
                left / 3600,
                left / 60 % 60,
                left % 60);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
