package io.ssld.base.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder that made room for a new one of its name: it waits as {@code NAME.earlier} beside, with
 * a note in it, until the new one is whole, and goes back when there will be none.
 */
public final class EarlierFolder {

    private static final String SUFFIX = ".earlier";
    private static final int MOST = 99;

    private final Path target;
    private final Path aside;

    private EarlierFolder(Path target, Path aside) {
        this.target = target;
        this.aside = aside;
    }

    /** Where it waits. */
    public Path path() {
        return aside;
    }

    /**
     * Moves a folder out of the way. It has to be replaceable, see {@link
     * FolderKind#requireReplaceable}.
     *
     * @throws IOException if it is in use or cannot be moved; it is then where it was
     */
    public static EarlierFolder setAside(String option, Path target, FolderKind kind)
            throws IOException {
        try (FolderLock lock = FolderLock.acquire(option, target)) {
            kind.requireReplaceable(option, target, lock);
            Path note = target.resolve(FolderKind.SET_ASIDE);
            // First, for whoever finds it after a kill.
            Files.write(note, note(target).getBytes(StandardCharsets.UTF_8));
            try {
                return new EarlierFolder(target, Files.move(target, free(target)));
            } catch (IOException e) {
                Files.deleteIfExists(note);
                throw e;
            }
        }
    }

    /**
     * Puts the folder back, unless something took its place.
     *
     * @return whether it is back
     */
    public boolean restore() throws IOException {
        if (!Files.exists(aside)) {
            return false;
        }
        if (Files.exists(target)
                && (FolderLock.isHeld(target) || !FolderKind.removeIfLeft(target))) {
            return false;
        }
        Files.move(aside, target);
        Files.deleteIfExists(target.resolve(FolderKind.SET_ASIDE));
        return true;
    }

    /** Puts the latest folder back if a killed process left nothing in its place. */
    static void recover(Path target) throws IOException {
        List<EarlierFolder> all = all(target);
        if (!all.isEmpty()) {
            all.get(all.size() - 1).restore();
        }
        // Where a kill came before the move, or right after the way back.
        if (Files.isDirectory(target) && !FolderLock.isHeld(target)) {
            Files.deleteIfExists(target.resolve(FolderKind.SET_ASIDE));
        }
    }

    /** Deletes all folders that made room for a folder which is whole now. */
    public static void discard(Path target, FolderKind kind) throws IOException {
        for (EarlierFolder earlier : all(target)) {
            if (!kind.delete(earlier.aside)) {
                System.err.printf(
                        "%s stays: it holds files that are not of a %s%n",
                        earlier.aside, kind.name());
            }
        }
    }

    /** The folders that made room for one, the latest last. */
    private static List<EarlierFolder> all(Path target) throws IOException {
        List<EarlierFolder> all = new ArrayList<>();
        for (int i = 1; i <= MOST; i++) {
            Path aside = aside(target, i);
            Path note = aside.resolve(FolderKind.SET_ASIDE);
            if (Files.isRegularFile(note) && Files.readString(note).equals(note(target))) {
                all.add(new EarlierFolder(target, aside));
            }
        }
        return all;
    }

    private static String note(Path target) {
        return "made room for " + target.getFileName() + "\n";
    }

    private static Path free(Path target) throws IOException {
        for (int i = 1; i <= MOST; i++) {
            Path aside = aside(target, i);
            if (!Files.exists(aside)) {
                return aside;
            }
        }
        throw new IOException(
                target + " must have a free name beside it, but all are taken; delete some");
    }

    private static Path aside(Path target, int number) {
        String end = number == 1 ? SUFFIX : SUFFIX + "-" + number;
        return target.resolveSibling(target.getFileName() + end);
    }
}
