package io.ssld.cli.service;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends the same image again and again, several requests at a time. */
public final class LoadGenerator {

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI address;
    private final byte[] image;

    /**
     * Creates a generator.
     *
     * @param address where to post
     * @param image the bytes of an image
     */
    public LoadGenerator(URI address, byte[] image) {
        this.address = address;
        this.image = image.clone();
    }

    /**
     * What came of the requests.
     *
     * @param ok how many were answered with 200
     * @param millis how long each of those took, ascending
     * @param seconds how long all took
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Result(int ok, double[] millis, double seconds) {

        /**
         * Returns a percentile by the nearest rank.
         *
         * @param percent above 0, at most 100
         * @return milliseconds
         */
        public double percentile(double percent) {
            int rank = (int) Math.ceil(percent / 100 * millis.length);
            return millis[Math.max(1, rank) - 1];
        }
    }

    /**
     * Sends requests.
     *
     * @param requests how many
     * @param concurrency how many at a time
     * @return what came of them
     * @throws IOException if a request could not be sent
     * @throws InterruptedException if the thread is interrupted
     */
    public Result run(int requests, int concurrency) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(concurrency);
        AtomicInteger left = new AtomicInteger(requests);
        long start = System.nanoTime();
        try {
            List<Future<List<Double>>> futures = new ArrayList<>();
            for (int i = 0; i < concurrency; i++) {
                futures.add(threads.submit(() -> send(left)));
            }
            List<Double> all = new ArrayList<>();
            for (Future<List<Double>> future : futures) {
                all.addAll(future.get());
            }
            double[] millis = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return new Result(millis.length, millis, (System.nanoTime() - start) / 1e9);
        } catch (ExecutionException e) {
            throw new IOException("a request could not be sent: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Double> send(AtomicInteger left) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        while (left.getAndDecrement() > 0) {
            long start = System.nanoTime();
            if (post().statusCode() == 200) {
                millis.add((System.nanoTime() - start) / 1e6);
            }
        }
        return millis;
    }

    /** Sends one request. */
    HttpResponse<String> post() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "image/jpeg")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        Arrays.copyOf(image, image.length)))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
