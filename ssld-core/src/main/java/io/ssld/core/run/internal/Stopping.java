package io.ssld.core.run.internal;

import io.ssld.core.run.StopSignal;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run is to stop: its signal was given, or its thread was interrupted, which asks for the
 * same. The interrupt is taken from the thread so that it disturbs no file, and given back at the
 * end.
 */
public final class Stopping {

    private final StopSignal signal;
    private volatile boolean interrupted;

    Stopping(StopSignal signal) {
        this.signal = signal;
    }

    /** Thrown where a run is between two batches and is to stop. */
    public static final class Asked extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public Asked(@Nullable Throwable cause) {
            super("asked to stop", cause, false, false);
        }
    }

    /** Whether to stop; for the thread of the run. */
    boolean isAsked() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
        return interrupted || signal.isRequested();
    }

    /** Ends what is being done, if the run is to stop. */
    void check() {
        if (isAsked()) {
            throw new Asked(null);
        }
    }

    /** Whether a failure comes of being asked to stop, and of nothing else. */
    boolean isCause(@Nullable Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof Asked) {
                return true;
            }
            if (e instanceof InterruptedException
                    || e instanceof InterruptedIOException
                    || e instanceof ClosedByInterruptException) {
                interrupted = true;
                return isAsked();
            }
        }
        return false;
    }

    /** Gives the thread its interrupt back. */
    void restore() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
