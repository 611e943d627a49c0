package io.ssld.zoo.resolve;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps other processes, and other threads of this one, from writing the same cached file. */
final class CacheLock implements AutoCloseable {

    private static final long PAUSE_MILLIS = 50;

    private final FileChannel channel;

    private CacheLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock of a file.
     *
     * @param file the cached file; the lock is an empty file beside it, which stays
     * @return the lock, held until closed
     */
    static CacheLock acquire(Path file) throws IOException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        FileChannel channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            while (tryLock(channel) == null) {
                Thread.sleep(PAUSE_MILLIS);
            }
            held = true;
            return new CacheLock(channel);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + lock);
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by another thread of this JVM
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
