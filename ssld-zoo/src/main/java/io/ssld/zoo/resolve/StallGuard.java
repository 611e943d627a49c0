package io.ssld.zoo.resolve;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that delivers nothing for a while, for HttpClient waits for a body forever. */
final class StallGuard implements AutoCloseable {

    private final Thread watcher;
    private volatile boolean alive = true;
    private volatile boolean stalled;

    StallGuard(InputStream stream, Duration patience) {
        watcher = new Thread(() -> watch(stream, patience), "ssld-download-guard");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch(InputStream stream, Duration patience) {
        try {
            while (alive) {
                alive = false;
                Thread.sleep(patience.toMillis());
            }
            stalled = true;
            stream.close();
        } catch (InterruptedException e) {
            // The download is over.
        } catch (IOException e) {
            // The reader of the stream gets to know.
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
        watcher.interrupt();
    }
}
