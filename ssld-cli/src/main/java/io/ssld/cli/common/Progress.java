package io.ssld.cli.common;

import io.ssld.core.run.EpochSummary;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.run.StepSummary;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run: a bar with loss, accuracy, images a second and the time left on a terminal, one line
 * an epoch otherwise.
 */
public final class Progress implements RunListener, AutoCloseable {

    private final String task;
    private final PrintStream out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private int epochs;
    private int resumedEpochs;
    private @Nullable ProgressBar bar;

    /**
     * Starts showing a run.
     *
     * @param task what runs
     * @param out where to show it
     * @param terminal whether that is a terminal
     */
    Progress(String task, PrintStream out, boolean terminal) {
        this.task = task;
        this.out = out;
        this.terminal = terminal;
    }

    /** Shows a run on the error stream, which leaves the other to the answer. */
    public static Progress of(String task) {
        return new Progress(task, System.err, onTerminal());
    }

    /** Whether the launcher found the error stream to be a terminal. */
    public static boolean onTerminal() {
        return Boolean.getBoolean("ssld.terminal");
    }

    @Override
    public void onStart(RunStart run) {
        resumedEpochs = run.done().size();
        for (String refused : run.refused()) {
            out.println(Printable.of(task + "  not used: " + refused));
        }
        if (run.step() > 0) {
            out.printf(Locale.ROOT, "%s  goes on after step %d%n", task, run.step());
        }
    }

    @Override
    public void onStep(StepSummary step) {
        epochs = step.epochs();
        if (!terminal) {
            return;
        }
        if (bar == null) {
            bar = TerminalBar.builder(out, task, (long) step.epochs() * step.steps()).build();
        }
        bar.stepTo((long) (step.epoch() - 1) * step.steps() + step.step());
        bar.setExtraMessage(
                String.format(
                        Locale.ROOT,
                        " loss %.3f acc %.1f%% %.0f images/s",
                        step.loss(),
                        100 * step.accuracy(),
                        step.examplesPerSecond()));
    }

    @Override
    public void onEpoch(EpochSummary epoch) {
        if (!terminal) {
            out.printf(
                    Locale.ROOT,
                    "%s  epoch %d/%d  loss %.4f  train %.1f%%  test %.1f%%%s  %.0f images/s  %s"
                            + " left%n",
                    task,
                    epoch.epoch(),
                    epochs,
                    epoch.loss(),
                    100 * epoch.accuracy(),
                    100 * epoch.evaluation().top1(),
                    epoch.averaged()
                            .map(
                                    a ->
                                            String.format(
                                                    Locale.ROOT,
                                                    " (averaged %.1f%%)",
                                                    100 * a.top1()))
                            .orElse(""),
                    epoch.examplesPerSecond(),
                    left(epoch.epoch()));
        }
    }

    private String left(int done) {
        long passed = (System.nanoTime() - start) / 1_000_000_000;
        long seconds = passed * (epochs - done) / Math.max(1, done - resumedEpochs);
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
