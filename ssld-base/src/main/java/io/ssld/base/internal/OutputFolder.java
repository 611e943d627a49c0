package io.ssld.base.internal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A folder that appears only when it is whole.
 *
 * <p>A command writes into {@code NAME.partial} beside it, which a note in it shows to be ours;
 * {@link #complete()} moves that into place. A killed command leaves the partial folder, of which
 * the next one for the same name clears our files away; its lock tells that from a command still
 * running. An earlier folder is replaced only when forced, and only by a whole one.
 */
public final class OutputFolder implements AutoCloseable {

    private final String option;
    private final FolderKind kind;
    private final Path target;
    private final Path partial;
    private final FolderLock lock;
    private boolean ended;

    private OutputFolder(
            String option, FolderKind kind, Path target, Path partial, FolderLock lock) {
        this.option = option;
        this.kind = kind;
        this.target = target;
        this.partial = partial;
        this.lock = lock;
    }

    /**
     * Starts a folder.
     *
     * @param option what the user calls the folder
     * @param out where it will be
     * @param force whether to replace an earlier one
     * @param kind what the folder is; nothing else is ever replaced
     * @return the folder, to be completed and closed
     * @throws IOException if it exists and may not be replaced, or another command writes it
     */
    public static OutputFolder open(String option, Path out, boolean force, FolderKind kind)
            throws IOException {
        Path target = GrowingFolder.place(option, out);
        EarlierFolder.recover(target);
        if (Files.exists(target) && !GrowingFolder.isFree(target)) {
            requireReplaceable(option, out, target, force, kind);
        }
        Path partial = partial(target);
        boolean there = Files.exists(partial);
        FolderLock lock = FolderLock.acquire(option, partial);
        try {
            Path note = partial.resolve(FolderKind.UNFINISHED);
            if (there && FolderLock.holdsFiles(partial)) {
                clear(option, kind, partial, note);
            }
            Files.write(note, kind.name().getBytes(StandardCharsets.UTF_8));
            return new OutputFolder(option, kind, target, partial, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void requireReplaceable(
            String option, Path out, Path target, boolean force, FolderKind kind)
            throws IOException {
        if (!force) {
            throw new IOException(
                    "%s must be a new or empty folder, but %s exists; choose another one or add --force to replace it"
                            .formatted(option, out));
        }
        kind.requireReplaceable(option, target);
    }

    /** Where a folder is until it is whole. */
    public static Path partial(Path target) {
        return target.resolveSibling(target.getFileName() + ".partial");
    }

    /** Makes room in what a killed command left. */
    private static void clear(String option, FolderKind kind, Path partial, Path note)
            throws IOException {
        Path foreign =
                Files.isRegularFile(note) && Files.readString(note).equals(kind.name())
                        ? kind.foreign(partial)
                        : partial;
        if (foreign != null) {
            throw new IOException(
                    ("%s must have the name %s free beside it, but %s is not of an "
                                    + "unfinished %s; move it away or choose another folder")
                            .formatted(option, partial.getFileName(), foreign, kind.name()));
        }
        kind.clear(partial);
    }

    /** Where to write until the folder is complete. */
    public Path path() {
        return partial;
    }

    /**
     * Moves the folder into place.
     *
     * @return where it is now
     * @throws IOException if it cannot be moved; the earlier folder is then as it was
     */
    public Path complete() throws IOException {
        EarlierFolder earlier = makeRoom();
        try {
            // An open file in it would keep Windows from moving the folder.
            if (File.separatorChar == '\\') {
                lock.close();
            }
            Files.move(partial, target);
        } catch (IOException e) {
            if (earlier != null) {
                earlier.restore();
            }
            throw e;
        }
        ended = true;
        lock.close();
        Files.deleteIfExists(target.resolve(FolderLock.NAME));
        Files.deleteIfExists(target.resolve(FolderKind.UNFINISHED));
        EarlierFolder.discard(target, kind);
        return target;
    }

    private @Nullable EarlierFolder makeRoom() throws IOException {
        if (!Files.exists(target)) {
            return null;
        }
        if (GrowingFolder.isFree(target) && FolderKind.removeIfLeft(target)) {
            return null;
        }
        return EarlierFolder.setAside(option, target, kind);
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
        FolderKind.removeIfLeft(partial);
    }
}
