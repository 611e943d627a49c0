package io.ssld.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file written beside its place and moved there when complete, so that a reader finds the old
 * file or the new one, never half of one.
 */
final class AtomicFile {

    /** A channel copies what it writes from the heap to native memory, all at once if allowed. */
    private static final int CHUNK = 1 << 18;

    private final FileChannel channel;

    private AtomicFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Writes the content of a file, from beginning to end. */
    @FunctionalInterface
    interface Content {
        void writeTo(AtomicFile out) throws IOException;
    }

    /**
     * Writes a file.
     *
     * @param file the file, replaced if it exists and left as it is if the writing fails
     * @param content writes the bytes
     */
    static void write(Path file, Content content) throws IOException {
        // A device would be replaced by a file, and be gone for everybody.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(
                    "target must be a file, but %s is a %s; choose another name"
                            .formatted(
                                    file, Files.isDirectory(file) ? "folder" : "pipe or a device"));
        }
        Path partial =
                file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".partial");
        try {
            try (FileChannel out =
                    FileChannel.open(
                            partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(new AtomicFile(out));
                out.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** Appends all bytes from position to limit. */
    void append(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + CHUNK));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        bytes.limit(end);
    }
}
