package io.ssld.examples.service;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers images over HTTP: {@code POST /predict} with the bytes of an image gives its likeliest
 * classes as JSON, {@code GET /health} tells that the service is up.
 *
 * <table>
 * <caption>Answers of {@code /predict}</caption>
 * <tr><th>status</th><th>when</th></tr>
 * <tr><td>200</td><td>the image was classified</td></tr>
 * <tr><td>405</td><td>the method is not POST</td></tr>
 * <tr><td>413</td><td>the body is longer than allowed</td></tr>
 * <tr><td>415</td><td>the content type is neither an image's nor that of plain bytes</td></tr>
 * <tr><td>422</td><td>the body is not an image that can be read whole</td></tr>
 * <tr><td>503</td><td>as many requests wait as may</td></tr>
 * </table>
 *
 * <p>A DJL predictor belongs to one thread at a time, so there is one for each worker, and a
 * request borrows it. An example, not a product: it has neither encryption nor authentication, and
 * listens on the local machine unless told otherwise.
 */
public final class PredictionService implements AutoCloseable {

    /** Requests that are refused need a thread too. */
    private static final int SPARE_THREADS = 4;

    private static final int GRACE_SECONDS = 5;
    private static final Logger LOGGER = LoggerFactory.getLogger(PredictionService.class);

    private final ZooModel<Image, Classifications> model;
    private final List<Predictor<Image, Classifications>> predictors = new ArrayList<>();
    private final BlockingQueue<Predictor<Image, Classifications>> idle;
    private final int all;
    private final Semaphore places;
    private final ExecutorService threads;
    private final HttpServer server;

    /**
     * How large the service is.
     *
     * @param workers how many images are classified at the same time
     * @param waiting how many requests may wait for a worker
     * @param maxBytes how long a body may be
     */
    public record Limits(int workers, int waiting, int maxBytes) {

        /** One worker a processor, 64 waiting, 10 MB. */
        public static final Limits USUAL =
                new Limits(Runtime.getRuntime().availableProcessors(), 64, 10_000_000);

        /** Checks the numbers. */
        public Limits {
            if (workers < 1 || waiting < 0 || maxBytes < 1) {
                throw new IllegalArgumentException(
                        "limits must be at least 1 worker, 0 waiting and 1 byte, but were "
                                + workers
                                + ", "
                                + waiting
                                + " and "
                                + maxBytes);
            }
        }
    }

    private PredictionService(
            ZooModel<Image, Classifications> model, InetSocketAddress address, Limits limits)
            throws IOException {
        this.model = model;
        idle = new ArrayBlockingQueue<>(limits.workers());
        for (int i = 0; i < limits.workers(); i++) {
            predictors.add(model.newPredictor());
        }
        idle.addAll(predictors);
        all = limits.workers() + limits.waiting();
        places = new Semaphore(all);
        threads =
                Executors.newFixedThreadPool(
                        all + SPARE_THREADS,
                        task -> {
                            Thread thread = new Thread(task, "ssld-http");
                            thread.setDaemon(true);
                            return thread;
                        });
        server = HttpServer.create(address, all);
        server.setExecutor(threads);
        server.createContext("/predict", new PredictHandler(idle, places, limits.maxBytes()));
        server.createContext("/health", new HealthHandler(model.getName()));
    }

    /**
     * Loads a saved model and serves it on the local machine.
     *
     * @param folder the folder of a saved model
     * @param port the port, 0 for any free one
     * @param limits how large the service is
     * @return the running service, to be closed
     * @throws IOException if the model cannot be loaded or the port cannot be had
     */
    public static PredictionService start(Path folder, int port, Limits limits) throws IOException {
        InetAddress local = InetAddress.getLoopbackAddress();
        return start(folder, new InetSocketAddress(local, port), limits);
    }

    /**
     * Loads a saved model and serves it.
     *
     * @param folder the folder of a saved model
     * @param address where to listen
     * @param limits how large the service is
     * @return the running service, to be closed
     * @throws IOException if the model cannot be loaded or the address cannot be had
     */
    public static PredictionService start(Path folder, InetSocketAddress address, Limits limits)
            throws IOException {
        ZooModel<Image, Classifications> model;
        try {
            model =
                    Criteria.builder()
                            .setTypes(Image.class, Classifications.class)
                            .optModelPath(folder)
                            .build()
                            .loadModel();
        } catch (ModelNotFoundException | MalformedModelException e) {
            throw new IOException(
                    folder + " must be the folder of a saved model, but is not: " + e.getMessage(),
                    e);
        }
        try {
            PredictionService service = new PredictionService(model, address, limits);
            service.server.start();
            return service;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Returns the port, which the system chose if it was given as 0.
     *
     * @return the port
     */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Refuses new requests, lets those under way end for five seconds, and frees the model. */
    @Override
    public void close() {
        try {
            // Before Java 21 the server's own delay is always waited for in full.
            if (!places.tryAcquire(all, GRACE_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.warn("requests were under way when the service was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.shutdownNow();
        predictors.forEach(Predictor::close);
        model.close();
    }
}
