package io.ssld.cli.service;

import io.ssld.cli.service.PredictionService.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /predict}: bodies are read as they come, and as many images as there are workers are
 * decoded and classified at a time. Whatever happens there, the client gets a status.
 */
final class Predictions implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Predictions.class);

    private final Classifier classifier;
    private final Limits limits;
    private final Semaphore places;
    private final AtomicLong kept = new AtomicLong();
    private final ExecutorService workers;

    /** When those that still wait are sent away, by the clock of {@link System#nanoTime}. */
    private volatile @Nullable Long end;

    /**
     * Classifies the bytes of an image; called by as many threads at a time as there are workers.
     */
    @FunctionalInterface
    interface Classifier {

        /**
         * Classifies.
         *
         * @throws UnreadableImageException if they are no image, or too large a one
         */
        Answer classify(byte[] image)
                throws UnreadableImageException, IOException, InterruptedException;
    }

    /** A class of an image. */
    record Guess(String label, double probability) {}

    /** The answer. */
    record Answer(List<Guess> classes) {}

    /** The client's fault, unlike an answer that cannot be sent. */
    static final class UnreadableImageException extends Exception {

        private static final long serialVersionUID = 1L;

        UnreadableImageException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    Predictions(Classifier classifier, Limits limits) {
        this.classifier = classifier;
        this.limits = limits;
        places = new Semaphore(limits.workers() + limits.waiting());
        workers =
                Executors.newFixedThreadPool(
                        limits.workers(),
                        task -> {
                            Thread thread = new Thread(task, "ssld-predict");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    void answer(Request request, Response response, Callback callback) {
        String fault = wrongKind(request);
        if (!request.getMethod().equals("POST")) {
            new Body(request, 0)
                    .refuse(() -> Answers.error(response, callback, 405, "method must be POST"));
        } else if (fault != null) {
            new Body(request, 0).refuse(() -> Answers.error(response, callback, 415, fault));
        } else {
            new Body(request, limits.maxBytes()).read(new Prediction(request, response, callback));
        }
    }

    private static @Nullable String wrongKind(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null) {
            return null;
        }
        String lower = type.toLowerCase(Locale.ROOT);
        // What curl --data-binary says unless told otherwise is the last one.
        return lower.startsWith("image/")
                        || lower.startsWith("application/octet-stream")
                        || lower.startsWith("application/x-www-form-urlencoded")
                ? null
                : "content type must be an image's, but was " + type;
    }

    /** One request, from its first byte to its answer. */
    private final class Prediction implements Body.Listener {

        private final Request request;
        private final Response response;
        private final Callback callback;
        private int mine;

        Prediction(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
        }

        @Override
        public boolean mayKeep(int count) {
            if (kept.addAndGet(count) > limits.memory() / 4) {
                kept.addAndGet(-count);
                return false;
            }
            mine += count;
            return true;
        }

        @Override
        public void complete(byte[] body) {
            if (!places.tryAcquire()) {
                noRoom();
                return;
            }
            // From here on it is the client who waits.
            request.addIdleTimeoutListener(timeout -> false);
            workers.execute(() -> work(body));
        }

        @Override
        public void tooLong() {
            free();
            String message = "body must be at most " + limits.maxBytes() + " bytes";
            Answers.error(response, callback, 413, message);
        }

        @Override
        public void noRoom() {
            free();
            Answers.full(response, callback, "service must have a free place, but is full");
        }

        @Override
        public void failed(Throwable failure, boolean late) {
            free();
            if (late) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                Answers.error(response, callback, 408, "body must arrive, but did not in time");
            } else {
                callback.failed(failure);
            }
        }

        private void free() {
            kept.addAndGet(-mine);
            mine = 0;
        }

        private void work(byte[] body) {
            Runnable answer = outcome(body);
            // Before the answer: who has it may send the next image at once.
            free();
            places.release();
            answer.run();
        }

        private Runnable outcome(byte[] body) {
            Long last = end;
            if (last != null && System.nanoTime() - last > 0) {
                return () -> Answers.full(response, callback, "service must be up, but is closing");
            }
            try {
                Answer answer = classifier.classify(body);
                ByteBuffer json = Answers.bytes(answer);
                return () -> Answers.send(response, callback, 200, json);
            } catch (UnreadableImageException e) {
                String message = "body must be an image: " + e.getMessage();
                return () -> Answers.error(response, callback, 422, message);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return () -> Answers.full(response, callback, "service must be up, but is closing");
            } catch (OutOfMemoryError e) {
                LOGGER.error("a prediction needs more memory than there is; raise -Xmx", e);
                return () -> Answers.full(response, callback, "service must have memory left");
            } catch (Throwable e) {
                // The worker goes on, and the client must not be left without an answer.
                LOGGER.error("a prediction failed", e);
                return () -> Answers.error(response, callback, 500, "the prediction failed");
            }
        }
    }

    /** Sends those away who still wait after some time. */
    void endAfter(int seconds) {
        end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Takes no more; what is under way goes on. */
    @Override
    public void close() {
        workers.shutdown();
    }

    /** Waits until no worker uses the model any more. */
    boolean awaitEnd(int seconds) throws InterruptedException {
        return workers.awaitTermination(seconds, TimeUnit.SECONDS);
    }
}
