package io.ssld.core;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks a run to stop from another thread, such as a shutdown hook.
 *
 * <p>The run finishes the step it is in, writes a checkpoint if it has a run folder, and throws
 * {@link RunStoppedException}. One signal may serve several runs; once given it stays.
 */
public final class StopSignal {

    private final AtomicBoolean requested = new AtomicBoolean();

    /** Creates a signal that is not given. */
    public StopSignal() {}

    /** Gives the signal. */
    public void request() {
        requested.set(true);
    }

    /**
     * Tells whether the signal was given.
     *
     * @return true once {@link #request} was called
     */
    public boolean isRequested() {
        return requested.get();
    }
}
