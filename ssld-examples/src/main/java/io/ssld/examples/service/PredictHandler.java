package io.ssld.examples.service;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.translate.TranslateException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.ssld.core.image.ImageDecoder;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /predict}. */
final class PredictHandler implements HttpHandler {

    private static final Logger LOGGER = LoggerFactory.getLogger(PredictHandler.class);
    private static final int TOP = 5;
    private static final long MAX_PIXELS = 50_000_000;

    private final BlockingQueue<Predictor<Image, Classifications>> idle;
    private final Semaphore places;
    private final int maxBytes;

    /** Refuses broken and oversized images, where DJL's own reader fills up with grey. */
    private final ImageDecoder decoder = new ImageDecoder(MAX_PIXELS);

    PredictHandler(
            BlockingQueue<Predictor<Image, Classifications>> idle, Semaphore places, int maxBytes) {
        this.idle = idle;
        this.places = places;
        this.maxBytes = maxBytes;
    }

    /** A class of an image. */
    private record Guess(String label, double probability) {}

    /** The answer. */
    private record Answer(List<Guess> classes) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String fault = wrongKind(exchange);
            if (!exchange.getRequestMethod().equals("POST")) {
                Answers.error(exchange, 405, "method must be POST");
            } else if (fault != null) {
                Answers.error(exchange, 415, fault);
            } else {
                answer(exchange);
            }
        }
    }

    private static @Nullable String wrongKind(HttpExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
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

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            Answers.error(exchange, 413, "body must be at most " + maxBytes + " bytes");
            return;
        }
        if (!places.tryAcquire()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            Answers.error(exchange, 503, "service must have a free place, but is full");
            return;
        }
        try {
            Answers.send(exchange, 200, predict(decode(body)));
        } catch (UnreadableImageException e) {
            Answers.error(exchange, 422, "body must be an image: " + e.getMessage());
        } catch (TranslateException e) {
            LOGGER.error("a prediction failed", e);
            Answers.error(exchange, 500, "the prediction failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Answers.error(exchange, 503, "service must be up, but is closing");
        } finally {
            places.release();
        }
    }

    private Image decode(byte[] body) throws UnreadableImageException {
        try {
            return ImageFactory.getInstance().fromImage(Pictures.of(decoder.decode(body)));
        } catch (IOException e) {
            throw new UnreadableImageException(String.valueOf(e.getMessage()), e);
        }
    }

    private Answer predict(Image image) throws TranslateException, InterruptedException {
        Predictor<Image, Classifications> predictor = idle.take();
        Classifications classes;
        try {
            classes = predictor.predict(image);
        } finally {
            idle.add(predictor);
        }
        return new Answer(
                classes.<Classifications.Classification>topK(TOP).stream()
                        .map(each -> new Guess(each.getClassName(), each.getProbability()))
                        .toList());
    }

    /** The client's fault, unlike an answer that cannot be sent. */
    private static final class UnreadableImageException extends Exception {

        private static final long serialVersionUID = 1L;

        UnreadableImageException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
