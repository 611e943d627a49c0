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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file from one address. What arrived stays in a part file, and the next attempt asks for the
 * rest: with {@code Range}, and with {@code If-Range} so that a server whose file has changed sends
 * the whole new one. What a server says to that is compared with what it said before, entity tag
 * and total length, since not every server heeds {@code If-Range}. Without a strong entity tag, an
 * attempt begins anew.
 */
final class Download {

    private static final int CHUNK = 1 << 16;
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private final HttpClient client;
    private final URI uri;
    private final Path part;
    private final Path validator;
    private final Duration patience;
    private final long maxBytes;
    private final DownloadProgress progress;
    private boolean resumed;

    /** What is known of the file that the part file is a part of; a total of -1 is unknown. */
    private record Known(String tag, long total) {}

    /**
     * Prepares a download.
     *
     * @param part the part file
     * @param maxBytes how long the file may be
     * @param patience how long to wait for an answer or the next bytes
     */
    Download(
            HttpClient client,
            URI uri,
            Path part,
            long maxBytes,
            Duration patience,
            DownloadProgress progress) {
        this.client = client;
        this.uri = uri;
        this.part = part;
        this.maxBytes = maxBytes;
        this.patience = patience;
        this.progress = progress;
        validator = part.resolveSibling(part.getFileName() + ".etag");
    }

    /** Makes one attempt; afterwards the part file is the whole file. */
    void attempt() throws IOException {
        Known known = known();
        long begin = known == null ? 0 : Files.size(part);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(patience);
        if (known != null && begin > 0) {
            request.header("Range", "bytes=" + begin + "-");
            request.header("If-Range", known.tag);
        }
        HttpResponse<InputStream> response = send(request.build());
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case 200 -> {
                    long total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                    requireAllowed(total);
                    resumed = false;
                    keepValidator(response, total);
                    receive(body, 0, total);
                }
                case 206 -> {
                    long total = announced(response, begin, known);
                    requireAllowed(total);
                    resumed = true;
                    receive(body, begin, total);
                }
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

    /** Whether the file was put together from more than one answer. */
    boolean resumed() {
        return resumed;
    }

    /** Returns what is known of the file whose part is there; null if it begins anew. */
    private @Nullable Known known() throws IOException {
        if (Files.exists(part) && Files.exists(validator)) {
            String[] lines = Files.readString(validator).split("\n", -1);
            if (lines.length == 3
                    && lines[0].equals(uri.toString())
                    && lines[2].matches("-1|\\d{1,18}")) {
                return new Known(lines[1], Long.parseLong(lines[2]));
            }
        }
        forget();
        return null;
    }

    /** A weak validator does not promise equal bytes, so only a strong one is kept. */
    private void keepValidator(HttpResponse<?> response, long total) throws IOException {
        forget();
        Optional<String> tag = response.headers().firstValue("ETag");
        if (tag.isPresent() && tag.get().startsWith("\"")) {
            Files.writeString(validator, uri + "\n" + tag.get() + "\n" + total);
        }
    }

    private void requireAllowed(long total) throws IOException {
        if (total > maxBytes) {
            forget();
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must send at most %d bytes, but has %s",
                            uri,
                            maxBytes,
                            total == Long.MAX_VALUE ? "more" : total));
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

    /**
     * Returns the length of the whole file; the rest must be of it and begin where the part ends.
     */
    private long announced(HttpResponse<?> response, long begin, @Nullable Known known)
            throws IOException {
        String range = response.headers().firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) != begin) {
            forget();
            throw new TransientException(
                    uri + " must continue at byte " + begin + ", but sent " + range);
        }
        String tag = response.headers().firstValue("ETag").orElse("none");
        if (known == null || !tag.equals(known.tag)) {
            forget();
            throw new TransientException(
                    uri + " must continue the file " + known + ", but sent a part of " + tag);
        }
        String total = matcher.group(3);
        if (total.equals("*")) {
            return known.total;
        }
        if (known.total >= 0 && Long.parseLong(total) != known.total) {
            forget();
            throw new TransientException(
                    uri + " must continue the file " + known + ", but sent a part of " + total);
        }
        return Long.parseLong(total);
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
                requireAllowed(done + n > maxBytes ? Long.MAX_VALUE : -1);
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
