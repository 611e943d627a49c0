package io.ssld.zoo.resolve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server on the loopback interface that misbehaves as told, once per entry of its plan. */
final class FakeMirror implements AutoCloseable {

    /** What to do to one request. */
    enum Fault {
        NONE,
        /**
         * Sends a third, waits until the client has written it, and drops the connection: a client
         * may lose what it had received but not yet read when the connection ends.
         */
        CUT,
        /** Sends a third and then nothing. */
        STALL,
        /** Announces 100 bytes more than there are. */
        LONGER,
        UNAVAILABLE,
        NOT_FOUND,
        /** Answers a request for the rest with another part. */
        WRONG_RANGE,
        /** Sends the rest of what it has now, whatever {@code If-Range} says. */
        IGNORE_IF_RANGE,
        /** Sends the rest under another total length. */
        WRONG_TOTAL,
        /** Sends the rest without an entity tag. */
        NO_TAG,
        /** Sends bytes for ever, and says no length. */
        ENDLESS
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Fault> plan = new ArrayDeque<>();
    private final Path part;
    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile byte[] content;
    volatile @Nullable String tag = "\"one\"";

    /**
     * Starts the server.
     *
     * @param part where the client collects what it receives
     */
    FakeMirror(byte[] content, Path part) throws IOException {
        this.content = content;
        this.part = part;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    FakeMirror plan(Fault... faults) {
        Collections.addAll(plan, faults);
        return this;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mirror");
    }

    private Fault next() {
        synchronized (plan) {
            return plan.isEmpty() ? Fault.NONE : plan.poll();
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
        byte[] all = content;
        @Nullable String currentTag = tag;
        if (currentTag != null) {
            exchange.getResponseHeaders().set("ETag", currentTag);
        }
        boolean same =
                range != null
                        && exchange.getRequestHeaders().getFirst("If-Range").equals(currentTag);
        int begin = same ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
        Fault fault = next();
        try {
            switch (fault) {
                case UNAVAILABLE -> exchange.sendResponseHeaders(503, -1);
                case NOT_FOUND -> exchange.sendResponseHeaders(404, -1);
                case LONGER -> send(exchange, all, begin, all.length + 100, all.length);
                case CUT -> {
                    int end = begin + (all.length - begin) / 3;
                    send(exchange, all, begin, all.length, end);
                    awaitSize(end);
                }
                case STALL -> {
                    send(exchange, all, begin, all.length, begin + (all.length - begin) / 3);
                    TimeUnit.SECONDS.sleep(20);
                }
                case IGNORE_IF_RANGE -> {
                    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
                    send(exchange, all, from, all.length, all.length);
                }
                case WRONG_TOTAL -> send(exchange, all, begin, all.length - 10, all.length - 10);
                case NO_TAG -> {
                    exchange.getResponseHeaders().remove("ETag");
                    send(exchange, all, begin, all.length, all.length);
                }
                case ENDLESS -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (long sent = 0; sent < 1L << 32; sent += all.length) {
                        exchange.getResponseBody().write(all);
                    }
                }
                case WRONG_RANGE -> send(exchange, all, begin / 2, all.length, all.length);
                default -> send(exchange, all, begin, all.length, all.length);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void awaitSize(long size) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(part) || Files.size(part) < size) {
            if (System.nanoTime() > deadline) {
                throw new IOException(part + " has not reached " + size + " bytes");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static void send(HttpExchange exchange, byte[] all, int begin, int length, int end)
            throws IOException {
        if (begin > 0) {
            String range = "bytes " + begin + "-" + (length - 1) + "/" + length;
            exchange.getResponseHeaders().set("Content-Range", range);
        }
        exchange.sendResponseHeaders(begin > 0 ? 206 : 200, length - begin);
        exchange.getResponseBody().write(Arrays.copyOfRange(all, begin, end));
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
