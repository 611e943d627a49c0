package io.ssld.core.report;

import io.ssld.core.internal.Shielded;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Files that are there whole or not at all.
 *
 * <p>The content is written beside the target, forced to disk and moved into place. A reader sees
 * the old content or the new one; when anything fails, the old file stays as it was and nothing is
 * left beside it. Only a killed process leaves its {@code .<name>.<random>.tmp} behind.
 */
public final class AtomicFiles {

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
     * @throws IOException if the content or the file cannot be written; whatever {@code content}
     *     throws is passed on
     */
    public static void write(Path target, IOConsumer<? super OutputStream> content)
            throws IOException {
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
     * @throws IOException if the content or the file cannot be written; whatever {@code content}
     *     throws is passed on
     */
    public static void writeChannel(Path target, IOConsumer<? super FileChannel> content)
            throws IOException {
        Path file = target.toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null) {
            throw new IOException("target must name a file, but was " + target);
        }
        createFolders(folder);
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
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Makes a folder and those above it. */
    static void createFolders(Path folder) throws IOException {
        // Before Java 20 createDirectories refuses a symbolic link to a folder.
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
    }

    private static void writeThrough(Path file, IOConsumer<? super FileChannel> content)
            throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.accept(channel);
            channel.force(true);
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
