package io.ssld.examples.cli;

import io.ssld.core.RunStoppedException;
import io.ssld.core.StopSignal;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Turns Ctrl-C and {@code SIGTERM} into a request to stop, and keeps the JVM alive until the run
 * has written its checkpoint.
 */
final class StopOnSignal implements AutoCloseable {

    /** What may be stopped. */
    interface Body {
        void run(StopSignal signal) throws Exception;
    }

    /** A step and a checkpoint take seconds; a machine that shuts down kills us earlier anyway. */
    private static final long PATIENCE_SECONDS = 600;

    private final StopSignal signal = new StopSignal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "ssld-stop");

    private StopOnSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Runs a training, and says that it was stopped before the JVM ends.
     *
     * @return the exit code
     */
    static int during(CommandSpec command, Body training) throws Exception {
        try (StopOnSignal stop = new StopOnSignal()) {
            try {
                training.run(stop.signal);
                return CommandLine.ExitCode.OK;
            } catch (RunStoppedException e) {
                PrintWriter err = command.commandLine().getErr();
                err.println("ssld: " + e.getMessage() + " (the same command with --resume)");
                err.flush();
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
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
