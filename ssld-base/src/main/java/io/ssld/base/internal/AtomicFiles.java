package io.ssld.base.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files that are there whole or not at all.
 *
 * <p>The content is written beside the target, forced to disk and moved into place. A reader sees
 * the old content or the new one; when anything fails, the old file stays as it was and nothing is
 * left beside it. Only a killed process leaves its {@code .<name>.<random>.tmp} behind, which the
 * next writing of the same file deletes.
 */
public final class AtomicFiles {

    private static final String UNIQUE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private static final int CHUNK = 1 << 18;

    private AtomicFiles() {}

    /**
     * What is done with a value, where doing it may fail to read or write.
     *
     * @param <T> the type of the value
     */
    @FunctionalInterface
    public interface IOConsumer<T> {

        /**
         * Does it.
         *
         * @param value the value
         * @throws IOException if reading or writing fails
         */
        void accept(T value) throws IOException;
    }

    /**
     * Writes a file; folders that are missing above it are made.
     *
     * @param target the file to create or replace; a symbolic link is replaced, not followed
     * @param content writes the bytes into a buffered stream; it may close the stream or leave it
     *     open
     * @throws IOException if the target is a folder or a device, or the content or the file cannot
     *     be written; whatever {@code content} throws is passed on
     */
    public static void write(Path target, IOConsumer<? super OutputStream> content)
            throws IOException {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(content, "content");
        writeChannel(
                target,
                channel -> {
                    OutputStream out = new UnclosedStream(Channels.newOutputStream(channel));
                    content.accept(out);
                    out.flush();
                });
    }

    /**
     * Writes a file through its channel, for content that goes back to where it was before. The
     * content is written by another thread, which waits for nobody: an interrupt of the calling one
     * would close the channel.
     *
     * @param target the file to create or replace; a symbolic link is replaced, not followed
     * @param content writes the bytes; the channel stays open
     * @throws IOException if the target is a folder or a device, or the content or the file cannot
     *     be written; whatever {@code content} throws is passed on
     */
    public static void writeChannel(Path target, IOConsumer<? super FileChannel> content)
            throws IOException {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(content, "content");
        Path file = target.toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null) {
            throw new IOException("target must name a file, but was " + target);
        }
        // A device would be replaced by a file, and be gone for everybody.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(
                    "target must be a file, but %s is a %s; choose another name"
                            .formatted(
                                    target,
                                    Files.isDirectory(file) ? "folder" : "pipe or a device"));
        }
        createFolders(folder);
        deleteLeft(folder, String.valueOf(file.getFileName()));
        Path temporary =
                folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Shielded.run(() -> writeThrough(temporary, content));
            moveIntoPlace(temporary, file);
        } catch (Throwable e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    /**
     * Writes a text file in UTF-8.
     *
     * @param target the file to create or replace
     * @param text the whole content
     * @throws IOException if the file cannot be written
     */
    public static void writeString(Path target, String text) throws IOException {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(text, "text");
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Appends all bytes from position to limit, in pieces: a channel copies what it writes from the
     * heap to native memory, all at once if allowed.
     *
     * @param channel where to
     * @param bytes what, its position moved to its limit
     * @throws IOException if they cannot be written
     */
    public static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + CHUNK));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Makes a folder and those above it. */
    public static void createFolders(Path folder) throws IOException {
        FolderLock.makeFolder("the place of an output", folder);
    }

    private static void writeThrough(Path file, IOConsumer<? super FileChannel> content)
            throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            lock(channel);
            content.accept(channel);
            channel.force(true);
        }
    }

    /** Deletes what killed processes left of a file; what is locked is being written. */
    private static void deleteLeft(Path folder, String name) throws IOException {
        Pattern left = Pattern.compile(Pattern.quote("." + name + ".") + UNIQUE + "\\.tmp");
        List<Path> found;
        try (Stream<Path> children = Files.list(folder)) {
            found =
                    children.filter(
                                    child ->
                                            left.matcher(String.valueOf(child.getFileName()))
                                                    .matches())
                            .toList();
        } catch (AccessDeniedException e) {
            return; // a folder may be there to be written into, and not to be looked into
        }
        for (Path file : found) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                if (lock(channel)) {
                    Files.deleteIfExists(file);
                }
            } catch (NoSuchFileException e) {
                // Moved into place, or deleted, by the process that wrote it.
            }
        }
    }

    /** Tries to lock a file; the lock goes with the channel, or with the process. */
    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // by this process
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            return false; // the file system has no locks: nothing is known to be left
        }
    }

    private static void moveIntoPlace(Path source, Path target) throws IOException {
        try {
            Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void deleteAfter(Throwable cause, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Outlives a writer that closes what it wraps, so that the channel can still be forced. */
    private static final class UnclosedStream extends BufferedOutputStream {

        UnclosedStream(OutputStream out) {
            super(out, 1 << 16);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
