package io.ssld.cli.common;

import io.ssld.zoo.resolve.DownloadProgress;
import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows a download: a bar on a terminal, its beginning in one line otherwise. */
public final class DownloadBar implements DownloadProgress, AutoCloseable {

    private final PrintStream out = System.err;
    private final boolean terminal;
    private boolean told;
    private @Nullable ProgressBar bar;

    public DownloadBar(boolean terminal) {
        this.terminal = terminal;
    }

    @Override
    public void update(String file, long done, long total) {
        if (!terminal) {
            if (!told) {
                out.printf(
                        "downloading %s, %s bytes%n",
                        Printable.of(file), total < 0 ? "unknown" : total);
                told = true;
            }
            return;
        }
        if (bar == null) {
            bar = TerminalBar.builder(out, file, total).setUnit(" MB", 1_000_000).build();
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
