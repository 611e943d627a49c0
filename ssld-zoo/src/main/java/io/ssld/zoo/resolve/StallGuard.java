package io.ssld.zoo.resolve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Closes a stream that delivers nothing for a while, for HttpClient waits for a body forever. */
final class StallGuard implements AutoCloseable {

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "ssld-download-guard");
                        thread.setDaemon(true);
                        return thread;
                    });
    private volatile boolean alive = true;
    private volatile boolean stalled;

    StallGuard(InputStream stream, Duration patience) {
        long millis = patience.toMillis();
        timer.scheduleWithFixedDelay(() -> check(stream), millis, millis, TimeUnit.MILLISECONDS);
    }

    private void check(InputStream stream) {
        if (alive) {
            alive = false;
            return;
        }
        stalled = true;
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says that something arrived. */
    void touch() {
        alive = true;
    }

    /** Whether the stream was closed for its silence. */
    boolean stalled() {
        return stalled;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
