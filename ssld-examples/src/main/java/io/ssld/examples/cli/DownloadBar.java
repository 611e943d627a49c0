package io.ssld.examples.cli;

import io.ssld.zoo.resolve.DownloadProgress;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows a download: a bar on a terminal, its beginning in one line otherwise. */
final class DownloadBar implements DownloadProgress, AutoCloseable {

    private final PrintStream out = System.err;
    private final boolean terminal;
    private boolean told;
    private @Nullable ProgressBar bar;

    DownloadBar(boolean terminal) {
        this.terminal = terminal;
    }

    @Override
    public void update(String file, long done, long total) {
        if (!terminal) {
            if (!told) {
                out.printf("downloading %s, %s bytes%n", file, total < 0 ? "unknown" : total);
                told = true;
            }
            return;
        }
        if (bar == null) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(file)
                            .setInitialMax(total)
                            .setUnit(" MB", 1_000_000)
                            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                            .setUpdateIntervalMillis(200)
                            .setConsumer(new ConsoleProgressBarConsumer(out))
                            .build();
        }
        bar.stepTo(done);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
