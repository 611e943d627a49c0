package io.ssld.zoo.resolve;

import io.ssld.zoo.resolve.Backoff.TransientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file from one address. What arrived stays in a part file, and the next attempt asks for the
 * rest: with {@code Range}, and with {@code If-Range} so that a server whose file has changed sends
 * the whole new one. Without a validator to ask with, an attempt begins anew.
 */
final class Download {

    private static final int CHUNK = 1 << 16;
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

    private final HttpClient client;
    private final URI uri;
    private final Path part;
    private final Path validator;
    private final Duration patience;
    private final DownloadProgress progress;

    /**
     * Prepares a download.
     *
     * @param part the part file
     * @param patience how long to wait for an answer or the next bytes
     */
    Download(HttpClient client, URI uri, Path part, Duration patience, DownloadProgress progress) {
        this.client = client;
        this.uri = uri;
        this.part = part;
        this.patience = patience;
        this.progress = progress;
        validator = part.resolveSibling(part.getFileName() + ".etag");
    }

    /** Makes one attempt; afterwards the part file is the whole file. */
    void attempt() throws IOException {
        long begin = resumable();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(patience);
        if (begin > 0) {
            request.header("Range", "bytes=" + begin + "-");
            request.header("If-Range", Files.readString(validator).strip().split("\n", -1)[1]);
        }
        HttpResponse<InputStream> response = send(request.build());
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case 200 -> {
                    keepValidator(response);
                    receive(
                            body,
                            0,
                            response.headers().firstValueAsLong("Content-Length").orElse(-1));
                }
                case 206 -> receive(body, begin, announced(response, begin));
                case 416 -> {
                    forget();
                    throw new TransientException(uri + " refused to resume at " + begin);
                }
                default -> {
                    String message = uri + " answered " + response.statusCode();
                    throw PASSING.contains(response.statusCode())
                            ? new TransientException(message)
                            : new IOException(message);
                }
            }
        }
    }

    /** Removes what arrived. */
    void forget() throws IOException {
        Files.deleteIfExists(validator);
        Files.deleteIfExists(part);
    }

    /** Removes what only a further attempt would need. */
    void finish() throws IOException {
        Files.deleteIfExists(validator);
    }

    /** Returns how many bytes need not be sent again. */
    private long resumable() throws IOException {
        boolean sameAddress =
                Files.exists(part)
                        && Files.exists(validator)
                        && Files.readString(validator).startsWith(uri + "\n");
        if (!sameAddress) {
            forget();
            return 0;
        }
        return Files.size(part);
    }

    /** A weak validator does not promise equal bytes, so only a strong one is kept. */
    private void keepValidator(HttpResponse<?> response) throws IOException {
        forget();
        Optional<String> tag = response.headers().firstValue("ETag");
        if (tag.isPresent() && tag.get().startsWith("\"")) {
            Files.writeString(validator, uri + "\n" + tag.get());
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking " + uri);
        } catch (IOException e) {
            throw new TransientException(uri + " did not answer: " + describe(e), e);
        }
    }

    /** Returns the length of the whole file; the rest must begin where the part ends. */
    private long announced(HttpResponse<?> response, long begin) throws IOException {
        String range = response.headers().firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) != begin) {
            forget();
            throw new TransientException(
                    uri + " must continue at byte " + begin + ", but sent " + range);
        }
        return matcher.group(3).equals("*") ? -1 : Long.parseLong(matcher.group(3));
    }

    private void receive(InputStream body, long begin, long total) throws IOException {
        long done = begin;
        byte[] chunk = new byte[CHUNK];
        try (StallGuard guard = new StallGuard(body, patience);
                OutputStream out =
                        Files.newOutputStream(
                                part,
                                StandardOpenOption.CREATE,
                                begin > 0
                                        ? StandardOpenOption.APPEND
                                        : StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE)) {
            progress.update(name(), done, total);
            for (int n = read(body, chunk); n >= 0; n = read(body, chunk)) {
                guard.touch();
                out.write(chunk, 0, n);
                done += n;
                progress.update(name(), done, total);
            }
            if (guard.stalled()) {
                throw new TransientException(uri + " sent nothing for " + patience);
            }
        }
        if (total >= 0 && done != total) {
            String message = uri + " must send " + total + " bytes, but sent " + done;
            if (done > total) {
                forget();
            }
            throw new TransientException(message);
        }
    }

    private int read(InputStream body, byte[] chunk) throws IOException {
        try {
            return body.read(chunk);
        } catch (IOException e) {
            throw new TransientException(uri + " was cut: " + describe(e), e);
        }
    }

    private String name() {
        String path = uri.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
