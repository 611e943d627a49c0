package io.ssld.base.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says that a process works in a folder: a lock on a file in it, which the system gives up when the
 * process ends, however it ends.
 */
public final class FolderLock implements AutoCloseable {

    /** The name of the file in the folder. */
    public static final String NAME = ".lock";

    /**
     * The files this process holds. Static because the system's locks are the process's: closing
     * any channel of a file gives up its lock, so a file that is held must not be opened again.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final FileChannel channel;
    private final Path file;

    private FolderLock(FileChannel channel, Path file) {
        this.channel = channel;
        this.file = file;
    }

    /**
     * Makes a folder where it is missing, and takes its lock.
     *
     * @param option what the user calls the folder
     * @throws IOException if it cannot be a folder, or a process has the lock
     */
    public static FolderLock acquire(String option, Path folder) throws IOException {
        makeFolder(option, folder);
        FolderLock lock = tryAcquire(folder);
        if (lock == null) {
            throw new IOException(
                    "%s must not be in use, but another process works in %s; wait for it or choose another folder"
                            .formatted(option, folder));
        }
        return lock;
    }

    /**
     * Makes a folder and those above it where they are missing.
     *
     * @param option what the user calls the folder
     * @throws IOException if a file is in the way, or the folder cannot be made
     */
    public static void makeFolder(String option, Path folder) throws IOException {
        // Before Java 20 createDirectories refuses a symbolic link to a folder.
        if (Files.isDirectory(folder)) {
            return;
        }
        for (Path up = folder.toAbsolutePath(); up != null; up = up.getParent()) {
            if (Files.exists(up) && !Files.isDirectory(up)) {
                throw new IOException(
                        "%s must be a folder, but %s is a file; choose another name"
                                .formatted(
                                        option, up.equals(folder.toAbsolutePath()) ? folder : up));
            }
        }
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            throw new IOException(
                    "%s must be a folder that can be made, but %s cannot: %s; choose another place"
                            .formatted(
                                    option,
                                    folder,
                                    e.getReason() == null
                                            ? e.getClass().getSimpleName()
                                            : e.getReason()),
                    e);
        }
    }

    /**
     * Takes the lock of a folder.
     *
     * @return the lock, or {@code null} if this or another process has it
     */
    public static @Nullable FolderLock tryAcquire(Path folder) throws IOException {
        synchronized (HELD) {
            Path file = folder.toRealPath().resolve(NAME);
            if (HELD.contains(file)) {
                return null;
            }
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    HELD.add(file);
                    return new FolderLock(channel, file);
                }
            } catch (OverlappingFileLockException e) {
                // Held by this JVM: the same as held by another.
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            channel.close();
            return null;
        }
    }

    /** Tells whether a process has the lock of a folder now; changes nothing. */
    public static boolean isHeld(Path folder) throws IOException {
        synchronized (HELD) {
            if (!Files.exists(folder.resolve(NAME))) {
                return false;
            }
            Path file = folder.toRealPath().resolve(NAME);
            if (HELD.contains(file)) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                return lock == null;
            } catch (OverlappingFileLockException e) {
                return true;
            }
        }
    }

    /** Tells whether a folder holds anything but a lock, notes and unmoved files of ours. */
    public static boolean holdsFiles(Path folder) throws IOException {
        return !FolderKind.isLeft(folder);
    }

    @Override
    public void close() throws IOException {
        // The file stays: deleting it could pull it from under a process that takes it just now.
        synchronized (HELD) {
            HELD.remove(file);
            channel.close();
        }
    }
}
