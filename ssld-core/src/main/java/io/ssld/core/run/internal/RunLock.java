package io.ssld.core.run.internal;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One training at a time in a JVM.
 *
 * <p>Static because what it guards is: the engine has one gradient collector a process, and a
 * second training would record into the first one's.
 */
public final class RunLock implements AutoCloseable {

    private static final AtomicBoolean RUNNING = new AtomicBoolean();

    private RunLock() {}

    public static RunLock acquire() {
        if (!RUNNING.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "only one training must run in a JVM at a time, but another is running;"
                            + " wait for it or start a second JVM");
        }
        return new RunLock();
    }

    @Override
    public void close() {
        RUNNING.set(false);
    }
}
