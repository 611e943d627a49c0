package io.ssld.examples.cli;

import io.ssld.core.StopSignal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and {@code SIGTERM} into a request to stop, and keeps the JVM alive until the run
 * has written its checkpoint.
 */
final class StopOnSignal implements AutoCloseable {

    /** A step and a checkpoint take seconds; a machine that shuts down kills us earlier anyway. */
    private static final long PATIENCE_SECONDS = 600;

    private final StopSignal signal = new StopSignal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "ssld-stop");

    StopOnSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What to give to the run. */
    StopSignal signal() {
        return signal;
    }

    private void stopAndWait() {
        signal.request();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("ssld: the run did not stop in time; its last checkpoint stays");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that the run has ended, in whichever way. */
    @Override
    public void close() {
        ended.countDown();
        if (!signal.isRequested()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
