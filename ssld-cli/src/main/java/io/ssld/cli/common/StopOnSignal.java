package io.ssld.cli.common;

import io.ssld.core.run.RunStoppedException;
import io.ssld.core.run.StopSignal;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Turns Ctrl-C and {@code SIGTERM} into a request to stop, and keeps the JVM alive until the run
 * has written its checkpoint.
 */
public final class StopOnSignal implements AutoCloseable {

    /** What may be stopped. */
    public interface Body {
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
    public static int during(CommandSpec command, Body training) throws Exception {
        try (StopOnSignal stop = new StopOnSignal()) {
            try {
                training.run(stop.signal);
                return CommandLine.ExitCode.OK;
            } catch (RunStoppedException e) {
                PrintWriter err = command.commandLine().getErr();
                err.println(
                        "ssld: "
                                + Printable.of(String.valueOf(e.getMessage()))
                                + ": "
                                + Printable.of(ResumeLine.of(command)));
                err.flush();
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
    }

    /**
     * Runs what may be ended at any time, since it keeps what is done as it goes; a signal ends it
     * at once, and says how to go on.
     *
     * @return what the work returns
     */
    public static <T> T telling(CommandSpec command, Callable<T> work) throws Exception {
        String line = Printable.of(ResumeLine.of(command));
        PrintWriter err = command.commandLine().getErr();
        Thread hook =
                new Thread(
                        () -> {
                            // Below the bar, if there is one.
                            err.print(Progress.onTerminal() ? System.lineSeparator() : "");
                            err.println("ssld: stopped; what is done is kept, go on with: " + line);
                            err.flush();
                        },
                        "ssld-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            remove(hook);
        }
    }

    /** During the shutdown itself hooks stay, and there is nothing to take back. */
    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // Thrown for nothing else.
            return;
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
            remove(hook);
        }
    }
}
