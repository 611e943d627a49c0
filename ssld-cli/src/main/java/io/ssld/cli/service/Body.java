package io.ssld.cli.service;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, read as it comes: a slow client holds what it sent, and no thread.
 *
 * <p>What is refused is read as well, up to a limit: many clients look for the answer when they
 * have sent all, and would only see a closed connection.
 */
final class Body {

    /** Longer than that, a client that sends slowly is not waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int DISCARDED = 100_000_000;

    private final Request request;
    private final int maxBytes;
    private final long deadline = System.nanoTime() + PATIENCE.toNanos();
    private @Nullable Listener listener;
    private @Nullable Runnable refusal;
    private byte[] bytes = {};
    private int length;
    private long discarded;

    Body(Request request, int maxBytes) {
        this.request = request;
        this.maxBytes = maxBytes;
    }

    /** Hears once how the reading ended. */
    interface Listener {

        /** Whether so many further bytes may be kept. */
        boolean mayKeep(int count);

        /** All of it is there. */
        void complete(byte[] body);

        /** It is longer than allowed. */
        void tooLong();

        /** There is no room for more of it, as {@link #mayKeep} said. */
        void noRoom();

        /** It did not arrive. */
        void failed(Throwable failure, boolean late);
    }

    /** Reads, now and whenever something comes. */
    void read(Listener to) {
        listener = to;
        if (request.getLength() > maxBytes) {
            refuse(to::tooLong);
        } else {
            next();
        }
    }

    /** Answers when the rest of the body was read, or is too long for that. */
    void refuse(Runnable answer) {
        refusal = answer;
        bytes = new byte[0];
        if (request.getLength() > DISCARDED) {
            answer.run();
        } else {
            next();
        }
    }

    private void next() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::next);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                failed(chunk.getFailure(), chunk.getFailure() instanceof TimeoutException);
                return;
            }
            boolean last = chunk.isLast();
            take(chunk.getByteBuffer());
            chunk.release();
            if (last || discarded > DISCARDED) {
                end();
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                failed(new TimeoutException("body did not arrive in " + PATIENCE), true);
                return;
            }
        }
    }

    private void take(ByteBuffer content) {
        int count = content.remaining();
        Listener to = listener;
        if (refusal == null && to != null) {
            if (count > maxBytes - length) {
                refusal = to::tooLong;
            } else if (!to.mayKeep(count)) {
                refusal = to::noRoom;
            }
        }
        if (refusal != null) {
            bytes = new byte[0];
            discarded += count;
            return;
        }
        if (count > bytes.length - length) {
            long known = Math.max(0, request.getLength());
            int grown = (int) Math.min(maxBytes, Math.max(2L * bytes.length, length + count));
            // All at once only when half of it came: a length is soon said.
            bytes = Arrays.copyOf(bytes, 2L * grown > known ? (int) Math.max(known, grown) : grown);
        }
        content.get(bytes, length, count);
        length += count;
    }

    private void end() {
        Runnable answer = refusal;
        Listener to = listener;
        if (answer != null) {
            answer.run();
        } else if (to != null) {
            to.complete(bytes.length == length ? bytes : Arrays.copyOf(bytes, length));
        }
    }

    private void failed(Throwable failure, boolean late) {
        bytes = new byte[0];
        Runnable answer = refusal;
        Listener to = listener;
        if (answer != null) {
            answer.run();
        } else if (to != null) {
            to.failed(failure, late);
        }
    }
}
