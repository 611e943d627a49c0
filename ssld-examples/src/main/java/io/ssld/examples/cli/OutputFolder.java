package io.ssld.examples.cli;

import io.ssld.core.internal.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that appears only when it is whole.
 *
 * <p>A command writes into {@code NAME.partial} beside it; {@link #complete()} moves that into
 * place. A killed command leaves the partial folder, which the next one for the same name clears
 * away; a lock file tells that from a command still running. An earlier folder is replaced only
 * when forced, and only by a whole one.
 */
final class OutputFolder implements AutoCloseable {

    private static final String LOCK = FolderLock.NAME;

    private final Path target;
    private final Path partial;
    private final FolderLock lock;
    private boolean ended;

    private OutputFolder(Path target, Path partial, FolderLock lock) {
        this.target = target;
        this.partial = partial;
        this.lock = lock;
    }

    /**
     * Starts a folder.
     *
     * @param out where it will be
     * @param force whether to replace an earlier one
     * @param marker a file that every such folder holds; nothing else is ever replaced
     * @return the folder, to be completed and closed
     * @throws IOException if it exists and may not be replaced, or another command writes it
     */
    static OutputFolder open(Path out, boolean force, String marker) throws IOException {
        Path target = out.toAbsolutePath().normalize();
        requireReplaceable(target, out, force, marker);
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        Files.createDirectories(partial);
        FolderLock lock = FolderLock.tryAcquire(partial);
        if (lock == null) {
            throw new IOException(
                    "--out must not be in use, but another command writes "
                            + out
                            + "; wait for it or choose another folder");
        }
        clear(partial, partial.resolve(LOCK));
        return new OutputFolder(target, partial, lock);
    }

    private static void requireReplaceable(Path target, Path out, boolean force, String marker)
            throws IOException {
        if (!Files.exists(target) || isEmptyFolder(target)) {
            return;
        }
        if (!force) {
            throw new IOException(
                    "--out must be a new or empty folder, but "
                            + out
                            + " exists; choose another one or add --force to replace it");
        }
        if (!Files.exists(target.resolve(marker))) {
            throw new IOException(
                    "--force must name the folder of an earlier run, but "
                            + out
                            + " holds no "
                            + marker
                            + "; delete it yourself if it is not needed");
        }
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.findAny().isEmpty();
        }
    }

    /** Where to write until the folder is complete. */
    Path path() {
        return partial;
    }

    /**
     * Moves the folder into place.
     *
     * @return where it is now
     * @throws IOException if it cannot be moved; the earlier folder is then as it was
     */
    Path complete() throws IOException {
        ended = true;
        lock.close();
        Files.delete(partial.resolve(LOCK));
        if (!Files.exists(target)) {
            return Files.move(partial, target);
        }
        Path old = target.resolveSibling(target.getFileName() + ".replaced");
        clear(old, old);
        Files.deleteIfExists(old);
        Files.move(target, old);
        try {
            Files.move(partial, target);
        } catch (IOException e) {
            Files.move(old, target);
            throw e;
        }
        clear(old, old);
        Files.deleteIfExists(old);
        return target;
    }

    /** Deletes what is below a folder, but for one path. */
    private static void clear(Path folder, Path keep) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            if (!path.equals(folder) && !path.equals(keep)) {
                Files.delete(path);
            }
        }
    }

    /**
     * Without {@link #complete()}: keeps what was written so far, and leaves nothing if nothing.
     */
    @Override
    public void close() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        lock.close();
        Files.deleteIfExists(partial.resolve(LOCK));
        if (isEmptyFolder(partial)) {
            Files.delete(partial);
        }
    }
}
