package io.ssld.core.run;

import java.util.HashMap;
import java.util.Map;

/**
 * Asks a run to stop from another thread, such as a shutdown hook.
 *
 * <p>The run finishes the step or the batch of an evaluation it is in, writes a checkpoint if it
 * has a run folder, and throws {@link RunStoppedException}. A teacher that waits for an answer is
 * interrupted. One signal may serve several runs; once given it stays. To interrupt the thread of a
 * run asks for the same.
 */
public final class StopSignal {

    private boolean requested;

    /** Threads in a teacher, and whether each was interrupted by us. */
    private final Map<Thread, Boolean> waiting = new HashMap<>();

    /** Creates a signal that is not given. */
    public StopSignal() {}

    /** Gives the signal. */
    public synchronized void request() {
        requested = true;
        waiting.replaceAll(
                (thread, told) -> {
                    thread.interrupt();
                    return true;
                });
    }

    /**
     * Tells whether the signal was given.
     *
     * @return true once {@link #request} was called
     */
    public synchronized boolean isRequested() {
        return requested;
    }

    /**
     * The calling thread may wait for long from now on.
     *
     * @return false if it is not to, since the signal was given
     */
    public synchronized boolean enter() {
        if (!requested) {
            waiting.put(Thread.currentThread(), false);
        }
        return !requested;
    }

    /** It does no more; our own interrupt is taken back, anybody else's stays. */
    public synchronized void leave() {
        if (Boolean.TRUE.equals(waiting.remove(Thread.currentThread()))) {
            Thread.interrupted();
        }
    }

    /** Interrupts the threads that wait, since the one of their run was interrupted. */
    public synchronized void wake() {
        waiting.keySet().forEach(Thread::interrupt);
    }
}
