package io.ssld.core.labels;

import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.FolderLock;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.labels.StoreIndex.SegmentFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of a store while it is written, by one process at a time. */
final class StoreFolder implements AutoCloseable {

    private static final String QUARANTINE = "quarantine.csv";

    /** As {@code AtomicFiles} and the quarantine name a file before it is in its place. */
    private static final Pattern UNMOVED =
            Pattern.compile(
                    "\\.?(segment-\\d+\\.bin|store\\.json|recording\\.json|quarantine\\.csv)\\..*tmp");

    private static final Pattern MOVED =
            Pattern.compile("segment-\\d+\\.bin|store\\.json|recording\\.json|quarantine\\.csv");

    /** What a folder has to be to be a store or one that will be; nothing else is cleared. */
    static final FolderKind KIND =
            FolderKind.of(
                    "label store",
                    StoreIndex.STORE,
                    StoreIndex.STORE,
                    folder -> StoreIndex.read(folder.resolve(StoreIndex.STORE)),
                    "segment-\\d+\\.bin",
                    "store\\.json",
                    "recording\\.json",
                    "quarantine\\.csv");

    private final Path path;
    private final @Nullable FolderLock lock;

    private StoreFolder(Path path, @Nullable FolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** A folder that somebody else has the lock of. */
    static StoreFolder lockedElsewhere(Path path) {
        return new StoreFolder(path, null);
    }

    /** Makes the folder where it is missing, and locks it. */
    static StoreFolder lock(Path path) throws IOException {
        FolderLock.makeFolder("store", path);
        FolderLock lock = FolderLock.tryAcquire(path);
        if (lock == null) {
            throw new LabelStoreException(
                    path, "have one writer", "another process writes it; wait for that");
        }
        return new StoreFolder(path, lock);
    }

    Path path() {
        return path;
    }

    /** Tells what is there: a whole store, a recording that has not ended, or nothing. */
    Optional<StoreIndex> found() throws IOException {
        for (String name : List.of(StoreIndex.STORE, StoreIndex.RECORDING)) {
            Path file = path.resolve(name);
            if (Files.exists(file)) {
                return Optional.of(StoreIndex.read(file));
            }
        }
        return Optional.empty();
    }

    boolean isDone() {
        return Files.exists(path.resolve(StoreIndex.STORE));
    }

    /**
     * Deletes what a process that was killed left and nothing needs: files that were not moved into
     * place yet, and what the files that came in their place were made of.
     */
    void clean() throws IOException {
        List<Path> files;
        try (Stream<Path> children = Files.list(path)) {
            files = children.toList();
        }
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            boolean left =
                    UNMOVED.matcher(name).matches()
                            || (name.equals(StoreIndex.RECORDING) && isDone())
                            || (name.endsWith(SegmentJournal.SUFFIX)
                                    && Files.exists(path.resolve(SegmentJournal.segmentOf(name))));
            if (left) {
                Files.delete(file);
            }
        }
    }

    /** Deletes the files of a store, whole ones and those that were not moved into place yet. */
    void discard() throws IOException {
        List<Path> files;
        try (Stream<Path> children = Files.list(path)) {
            files = children.toList();
        }
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            if (MOVED.matcher(name).matches() || UNMOVED.matcher(name).matches()) {
                Files.delete(file);
            }
        }
    }

    /** The same before the folder is locked, since a lock is a file in a folder that is foreign. */
    static void requireFree(Path path) throws IOException {
        if (Files.isDirectory(path) && !FolderLock.isHeld(path)) {
            new StoreFolder(path, null).requireEmpty();
        }
    }

    void requireEmpty() throws IOException {
        if (FolderLock.holdsFiles(path)) {
            throw new LabelStoreException(
                    path,
                    "be a new or empty folder",
                    "it holds files; choose another one, delete it, or resume its recording");
        }
    }

    void begin(LabelStoreHeader header, String shard) throws IOException {
        StoreIndex.of(header, shard, List.of(), List.of())
                .write(path.resolve(StoreIndex.RECORDING));
    }

    boolean hasSegment(int number) {
        return Files.exists(path.resolve(SegmentFile.name(number)));
    }

    /**
     * Makes a store of the segments that are there.
     *
     * @param unreadable files that no segment knows of
     */
    StoreIndex finish(
            LabelStoreHeader header,
            String shard,
            int from,
            int to,
            List<QuarantinedImage> unreadable)
            throws IOException {
        List<SegmentFacts> facts = new ArrayList<>();
        List<QuarantinedImage> bad = new ArrayList<>(unreadable);
        for (int number = from; number < to; number++) {
            SegmentFile segment = SegmentFile.open(path, header, number);
            facts.add(new SegmentFacts(number, segment.images(), segment.sha256()));
            bad.addAll(segment.quarantined());
        }
        List<QuarantinedImage> sorted =
                bad.stream()
                        .distinct()
                        .sorted(Comparator.comparing(QuarantinedImage::path))
                        .toList();
        Quarantine quarantine = new Quarantine();
        sorted.forEach(image -> quarantine.add(image.path(), image.reason()));
        quarantine.writeCsv(path.resolve(QUARANTINE));
        StoreIndex index = StoreIndex.of(header, shard, facts, sorted);
        index.write(path.resolve(StoreIndex.STORE));
        Files.deleteIfExists(path.resolve(StoreIndex.RECORDING));
        return index;
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
