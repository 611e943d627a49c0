package io.ssld.kernels.internal;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Work on files that an interrupt must not destroy.
 *
 * <p>A thread that is interrupted, or was before, closes every file channel it touches. So the work
 * is done by a thread that nobody knows, while the caller waits for it and keeps its interrupt.
 */
public final class Shielded {

    private Shielded() {}

    /** What is done. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does it.
         *
         * @throws IOException if that fails
         */
        void run() throws IOException;
    }

    /**
     * Does work to its end, whether the caller is interrupted or not; if it is, its flag is set
     * afterwards.
     *
     * @param work what to do
     * @throws IOException if the work throws it
     */
    public static void run(Work work) throws IOException {
        FutureTask<Boolean> task =
                new FutureTask<>(
                        () -> {
                            work.run();
                            return true;
                        });
        Thread thread = new Thread(task, "ssld-files");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException known ? known : new IOException(cause);
    }
}
