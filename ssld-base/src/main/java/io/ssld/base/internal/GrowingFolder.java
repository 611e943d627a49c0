package io.ssld.base.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A folder that a command fills in place, for what was killed to be resumed there.
 *
 * <p>The rule of {@code --force}: what can be checked is checked first. Then the earlier folder
 * moves to {@code NAME.earlier}. It is deleted when the new one is whole, by whichever command
 * makes it so. If the new one fails before there is anything to go on from, the earlier one goes
 * back to its place; else both stay, and the new one is resumed or replaced in its turn.
 */
public final class GrowingFolder {

    private final String option;
    private final Path target;
    private final FolderKind kind;
    private final boolean replaces;

    private GrowingFolder(String option, Path target, FolderKind kind, boolean replaces) {
        this.option = option;
        this.target = target;
        this.kind = kind;
        this.replaces = replaces;
    }

    /** Fills a folder. */
    @FunctionalInterface
    public interface Filling {

        /** Does the work. */
        void run() throws Exception;
    }

    /**
     * Checks where a folder is to be; changes nothing but what a killed command left half done.
     *
     * @param option what the user calls the folder
     * @param out where
     * @param kind what it will be
     * @param resume whether to go on with what is there
     * @param force whether to replace what is there
     * @return the folder, not begun
     * @throws IOException if something is there that may not be replaced, or that is in use
     */
    public static GrowingFolder of(
            String option, Path out, FolderKind kind, boolean resume, boolean force)
            throws IOException {
        if (resume && force) {
            throw new IllegalArgumentException(
                    "--resume must not go with --force, but both were given; leave one out");
        }
        Path target = place(option, out);
        if (resume) {
            return new GrowingFolder(option, target, kind, false);
        }
        EarlierFolder.recover(target);
        if (!force
                && Files.isDirectory(target)
                && FolderLock.holdsFiles(target)
                && !FolderLock.isHeld(target)) {
            throw new IOException(
                    ("%s must be a new or empty folder, but %s holds files; choose another one, or"
                                    + " add --resume or --force if it is an earlier run's")
                            .formatted(option, out));
        }
        boolean replaces = force && Files.exists(target) && !isFree(target);
        if (replaces) {
            kind.requireReplaceable(option, target);
        }
        return new GrowingFolder(option, target, kind, replaces);
    }

    /** The place itself, whatever links lead there. */
    static Path place(String option, Path out) throws IOException {
        Path target = Files.exists(out) ? out.toRealPath() : out.toAbsolutePath().normalize();
        if (target.getFileName() == null) {
            throw new IOException(option + " must have a name, but was " + out);
        }
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new IOException(
                    "%s must be a folder, but %s is a file; choose another name"
                            .formatted(option, out));
        }
        return target;
    }

    /** Whether a folder is empty, but for a lock that nobody holds. */
    static boolean isFree(Path folder) throws IOException {
        return Files.isDirectory(folder)
                && !FolderLock.holdsFiles(folder)
                && !FolderLock.isHeld(folder);
    }

    /**
     * Makes room and fills the folder.
     *
     * @param filling leaves a whole folder unless it throws
     * @throws Exception what the filling throws
     */
    public void fill(Filling filling) throws Exception {
        if (replaces) {
            replace(filling);
        } else {
            filling.run();
        }
        Files.deleteIfExists(target.resolve(FolderKind.UNFINISHED));
        EarlierFolder.discard(target, kind);
    }

    private void replace(Filling filling) throws Exception {
        EarlierFolder earlier = EarlierFolder.setAside(option, target, kind);
        String id = UUID.randomUUID() + "\n";
        try {
            Files.createDirectory(target);
            Files.writeString(target.resolve(FolderKind.UNFINISHED), id);
            filling.run();
        } catch (Exception | Error e) {
            putBack(earlier, id, e);
            throw e;
        }
    }

    private void putBack(EarlierFolder earlier, String id, Throwable failure) {
        try {
            boolean back =
                    isOurs(id)
                            && !FolderLock.isHeld(target)
                            && !kind.canGoOn(target)
                            && kind.delete(target)
                            && earlier.restore();
            if (!back && Files.exists(earlier.path())) {
                System.err.printf(
                        "The earlier %s is in %s until this one is whole.%n",
                        kind.name(), earlier.path());
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
            System.err.printf("The earlier %s is in %s.%n", kind.name(), earlier.path());
        }
    }

    /** Whether what is in the place now is what this process began. */
    private boolean isOurs(String id) throws IOException {
        Path note = target.resolve(FolderKind.UNFINISHED);
        return !Files.exists(target)
                || FolderKind.isLeft(target)
                || (Files.exists(note) && Files.readString(note).equals(id));
    }
}
