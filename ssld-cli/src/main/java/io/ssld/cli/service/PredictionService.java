package io.ssld.cli.service;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers images over HTTP: {@code POST /predict} with the bytes of an image gives its likeliest
 * classes as JSON, {@code GET /health} tells that the service is up.
 *
 * <table>
 * <caption>Answers of {@code /predict}; each request gets one</caption>
 * <tr><th>status</th><th>when</th></tr>
 * <tr><td>200</td><td>the image was classified</td></tr>
 * <tr><td>400</td><td>the request is no HTTP</td></tr>
 * <tr><td>405</td><td>the method is not POST</td></tr>
 * <tr><td>408</td><td>the body did not arrive in a minute, or paused for ten seconds</td></tr>
 * <tr><td>413</td><td>the body is longer than allowed</td></tr>
 * <tr><td>415</td><td>the content type is neither an image's nor that of plain bytes</td></tr>
 * <tr><td>422</td><td>the body is not an image that can be read whole, or is too large a one</td></tr>
 * <tr><td>500</td><td>the prediction failed; the log tells why</td></tr>
 * <tr><td>503</td><td>as many requests wait as may, or there is no memory for more, with {@code
 * Retry-After}; or the service is closing</td></tr>
 * </table>
 *
 * <p>As many images as there are workers are decoded and classified at a time, and those together
 * take no more than a share of the memory. Bodies are read without a thread each, so that slow
 * clients hold up nobody. An example, not a product: it has neither encryption nor authentication,
 * and listens on the local machine unless told otherwise.
 */
public final class PredictionService implements AutoCloseable {

    /** None of them ever waits, so a few do for any number of connections. */
    private static final int HTTP_THREADS = 8;

    private static final int IDLE_MILLIS = 10_000;
    private static final int GRACE_SECONDS = 5;

    /** Of one image: what is under way cannot be interrupted in the engine. */
    private static final int LAST_SECONDS = 60;

    private static final Logger LOGGER = LoggerFactory.getLogger(PredictionService.class);

    private final ImageClassifier classifier;
    private final Predictions predictions;
    private final Server server;
    private final ServerConnector connector;

    /**
     * How large the service is.
     *
     * @param workers how many images are decoded and classified at the same time
     * @param waiting how many requests may wait for a worker
     * @param maxBytes how long a body may be
     * @param memory bytes to share out: half of it for images that are decoded, a quarter for
     *     bodies that arrive or wait
     */
    public record Limits(int workers, int waiting, int maxBytes, long memory) {

        /** One worker a processor, 64 waiting, 10 MB, the heap. */
        public static final Limits USUAL =
                new Limits(Runtime.getRuntime().availableProcessors(), 64, 10_000_000);

        /** Checks the numbers. */
        public Limits {
            if (workers < 1 || waiting < 0 || maxBytes < 1 || memory < 1) {
                throw new IllegalArgumentException(
                        "limits must be at least 1 worker, 0 waiting, 1 byte and 1 byte of memory,"
                                + String.format(
                                        Locale.ROOT,
                                        " but were %d, %d, %d and %d",
                                        workers,
                                        waiting,
                                        maxBytes,
                                        memory));
            }
        }

        /**
         * Creates limits with the heap as memory.
         *
         * @param workers how many images are decoded and classified at the same time
         * @param waiting how many requests may wait for a worker
         * @param maxBytes how long a body may be
         */
        public Limits(int workers, int waiting, int maxBytes) {
            this(workers, waiting, maxBytes, Runtime.getRuntime().maxMemory());
        }
    }

    /** What the folder of a model holds. */
    public enum Kind {
        /** A saved model, which can run no code. */
        SAVED_MODEL,
        /** A TorchScript program, which may do whatever this process may. */
        TORCH_SCRIPT
    }

    private PredictionService(Path folder, Kind kind, InetSocketAddress address, Limits limits)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(HTTP_THREADS, HTTP_THREADS);
        threads.setName("ssld-http");
        threads.setDaemon(true);
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(100);
        server.addConnector(connector);
        server.setErrorHandler(new Faults());
        server.setStopTimeout(2 * GRACE_SECONDS * 1000L);
        // The port first: it is quickly seen whether it can be had.
        bind(address.getPort());
        try {
            classifier = new ImageClassifier(open(folder, kind), limits);
        } catch (IOException | RuntimeException e) {
            connector.close();
            throw e;
        }
        predictions = new Predictions(classifier, limits);
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        server.setHandler(new GracefulHandler(new Routes(name, predictions)));
    }

    private void bind(int port) throws IOException {
        try {
            connector.open();
        } catch (IOException e) {
            String fault = e.getCause() instanceof BindException cause ? cause.getMessage() : null;
            throw new IOException(
                    String.format(
                                    Locale.ROOT,
                                    "port must be one that is free, but %d is not: %s; choose"
                                            + " another one, or 0 for",
                                    port,
                                    fault == null ? e.getMessage() : fault)
                            + " any",
                    e);
        }
    }

    private static ServedModel open(Path folder, Kind kind) throws IOException {
        return switch (kind) {
            case SAVED_MODEL -> ServedModel.saved(folder);
            case TORCH_SCRIPT -> ServedModel.torchScript(folder);
        };
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
        return start(folder, Kind.SAVED_MODEL, new InetSocketAddress(local, port), limits);
    }

    /**
     * Loads a model and serves it.
     *
     * @param folder the folder of the model
     * @param kind what it holds; a program is to be trusted
     * @param address where to listen
     * @param limits how large the service is
     * @return the running service, to be closed
     * @throws IOException if the model cannot be loaded or the address cannot be had
     */
    public static PredictionService start(
            Path folder, Kind kind, InetSocketAddress address, Limits limits) throws IOException {
        PredictionService service = new PredictionService(folder, kind, address, limits);
        try {
            service.server.start();
            return service;
        } catch (Exception e) {
            service.close();
            throw new IOException("the service could not be started: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the port, which the system chose if it was given as 0.
     *
     * @return the port
     */
    public int port() {
        return connector.getLocalPort();
    }

    /** For tests. */
    boolean isModelOpen() {
        return classifier.isOpen();
    }

    /**
     * Accepts no more connections, lets the requests under way end for five seconds, and frees the
     * model when no worker uses it any more. What waits after the five seconds is answered with
     * 503.
     */
    @Override
    public void close() {
        predictions.endAfter(GRACE_SECONDS);
        try {
            server.stop();
        } catch (Exception e) {
            LOGGER.warn("requests were under way when the service was closed", e);
        }
        predictions.close();
        try {
            if (!predictions.awaitEnd(LAST_SECONDS)) {
                // Freeing a network that is running would end the process.
                LOGGER.error("the model is left open: a prediction does not end");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        classifier.close();
    }
}
