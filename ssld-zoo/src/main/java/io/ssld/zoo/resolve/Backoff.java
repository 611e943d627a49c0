package io.ssld.zoo.resolve;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tries again after failures that may pass, with pauses that double each time; half of a pause is
 * drawn at random, so that many clients do not come back at once.
 *
 * @param attempts how often to try at most
 * @param firstPause the first pause
 */
record Backoff(int attempts, Duration firstPause) {

    /** Something that may fail for a while. */
    @FunctionalInterface
    interface Attempt {
        void run() throws IOException;
    }

    void run(Attempt attempt) throws IOException {
        for (int failures = 1; ; failures++) {
            try {
                attempt.run();
                return;
            } catch (TransientException e) {
                if (failures >= attempts) {
                    throw new IOException(
                            e.getMessage() + " (attempt " + failures + " of " + attempts + ")", e);
                }
                pause(firstPause.toMillis() << Math.min(failures - 1, 20));
            }
        }
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted between two attempts");
        }
    }

    /** A failure that may pass. */
    static final class TransientException extends IOException {

        private static final long serialVersionUID = 1L;

        TransientException(String message) {
            super(message);
        }

        TransientException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
