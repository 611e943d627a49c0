package io.ssld.selection;

import io.ssld.base.internal.Digests;
import io.ssld.core.data.internal.Presence;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Names files by their content, on several threads. */
final class ContentDigests {

    private static final int BUFFER = 1 << 16;

    /** Tasks of so many files, so that a list of millions makes no task a file. */
    private static final int CHUNK = 256;

    private static final ThreadFactory DAEMONS =
            task -> {
                Thread thread = new Thread(task, "ssld-digests");
                thread.setDaemon(true);
                return thread;
            };

    private ContentDigests() {}

    /**
     * The content of a file.
     *
     * @param digest the first eight bytes of its SHA-256; 0 if it could not be read
     * @param fault why it could not be read; null if it could
     */
    record Content(long digest, @Nullable String fault) {}

    /** Reads files; the result is in their order. */
    static List<Content> of(List<Path> files, int workers) throws IOException {
        ExecutorService executor = Executors.newFixedThreadPool(workers, DAEMONS);
        try {
            List<Future<List<Content>>> chunks = new ArrayList<>();
            for (int from = 0; from < files.size(); from += CHUNK) {
                List<Path> chunk = files.subList(from, Math.min(files.size(), from + CHUNK));
                chunks.add(
                        executor.submit(() -> chunk.stream().map(ContentDigests::read).toList()));
            }
            List<Content> all = new ArrayList<>(files.size());
            for (Future<List<Content>> chunk : chunks) {
                all.addAll(chunk.get());
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading images");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a file could not be digested", e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    private static Content read(Path file) {
        // A device may have no end, and a pipe no beginning.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new Content(0, "not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha = Digests.sha256();
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha.update(buffer, 0, read);
            }
            return new Content(ByteBuffer.wrap(sha.digest()).getLong(), null);
        } catch (NoSuchFileException e) {
            return new Content(0, Presence.reason(file));
        } catch (IOException e) {
            return new Content(0, "file could not be read: " + e.getMessage());
        }
    }
}
