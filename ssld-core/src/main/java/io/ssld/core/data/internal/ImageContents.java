package io.ssld.core.data.internal;

import io.ssld.base.internal.Digests;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The images that a list holds, each content once, in the order of their digests as unsigned
 * numbers. Of files with equal contents the one of the lowest path stands for all.
 *
 * @param images in that order, without labels
 * @param digests of the images: the first eight bytes of each file's SHA-256, big-endian
 * @param unreadable the files that could not be read, by path
 */
public record ImageContents(
        ImageList images, List<Long> digests, List<QuarantinedImage> unreadable) {

    /** Copies the lists. */
    public ImageContents {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(digests, "digests");
        Objects.requireNonNull(unreadable, "unreadable");
        digests = List.copyOf(digests);
        unreadable = List.copyOf(unreadable);
    }

    /** A file and what became of reading it. */
    private record Read(ImageEntry entry, long digest, @Nullable String fault) {}

    /**
     * Reads every file of a list.
     *
     * @param list the list; labels are not looked at
     * @param workers how many threads read
     * @return its contents
     * @throws InterruptedIOException if interrupted
     */
    public static ImageContents of(ImageList list, int workers) throws InterruptedIOException {
        Objects.requireNonNull(list, "list");
        List<Read> readable = new ArrayList<>();
        List<QuarantinedImage> bad = new ArrayList<>();
        for (Read read : read(list, workers)) {
            if (read.fault == null) {
                readable.add(read);
            } else {
                bad.add(new QuarantinedImage(read.entry.path(), read.fault));
            }
        }
        readable.sort(
                Comparator.comparingLong((Read read) -> read.digest ^ Long.MIN_VALUE)
                        .thenComparing(read -> read.entry.pathText()));
        bad.sort(Comparator.comparing(image -> image.path().toString()));
        List<ImageEntry> entries = new ArrayList<>();
        List<Long> digests = new ArrayList<>();
        for (Read read : readable) {
            if (digests.isEmpty() || digests.get(digests.size() - 1) != read.digest) {
                entries.add(ImageEntry.unlabelled(read.entry.path()));
                digests.add(read.digest);
            }
        }
        return new ImageContents(
                new ImageList(list.root(), entries), digests, bad.stream().distinct().toList());
    }

    private static List<Read> read(ImageList list, int workers) throws InterruptedIOException {
        ExecutorService executor = Executors.newFixedThreadPool(workers);
        try {
            List<Future<Read>> futures = new ArrayList<>();
            for (ImageEntry entry : list.entries()) {
                futures.add(executor.submit(() -> read(list, entry)));
            }
            List<Read> all = new ArrayList<>();
            for (Future<Read> future : futures) {
                all.add(future.get());
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading images");
        } catch (ExecutionException e) {
            throw new IllegalStateException("an image could not be read", e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    private static Read read(ImageList list, ImageEntry entry) {
        try {
            return new Read(entry, Digests.first8(ImageLoader.read(list.resolve(entry))), null);
        } catch (NoSuchFileException e) {
            return new Read(entry, 0, Presence.reason(list.resolve(entry)));
        } catch (IOException e) {
            String reason = e.getMessage();
            return new Read(entry, 0, reason == null ? e.toString() : reason);
        }
    }
}
