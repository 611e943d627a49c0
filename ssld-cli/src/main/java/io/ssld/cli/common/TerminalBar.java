package io.ssld.cli.common;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Bars as every command shows them.
 *
 * <p>The width is given, from the launcher: asked for it, the library would open the terminal with
 * JLine, which gives {@code SIGINT} back its default action, and Ctrl-C would kill a run before its
 * checkpoint is written.
 */
public final class TerminalBar {

    private static final int USUAL_COLUMNS = 80;

    private TerminalBar() {}

    /**
     * Starts a bar.
     *
     * @param out the terminal
     * @param task its name; control characters are shown, not sent
     * @param most how many steps it has; unknown if negative
     */
    public static ProgressBarBuilder builder(PrintStream out, String task, long most) {
        return new ProgressBarBuilder()
                .setTaskName(Printable.of(task))
                .setInitialMax(most)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(out, columns()));
    }

    /** One less than there are: a full line would wrap. */
    private static int columns() {
        int columns = Integer.getInteger("ssld.columns", USUAL_COLUMNS);
        return Math.max(20, columns - 1);
    }
}
