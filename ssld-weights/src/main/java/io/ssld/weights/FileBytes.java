package io.ssld.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * The bytes of a file, read where they are wanted.
 *
 * <p>Not mapped into memory: a mapping stays until the garbage collector finds it, and a file that
 * shrinks under it ends the JVM with an internal error in place of an exception.
 */
final class FileBytes {

    /** A channel reads into native memory first, all at once if allowed. */
    private static final int CHUNK = 1 << 18;

    private final String source;
    private final SeekableByteChannel channel;
    private final long size;

    /**
     * Takes a channel, which stays open.
     *
     * @param source the file, for messages
     */
    FileBytes(String source, SeekableByteChannel channel) throws IOException {
        this.source = source;
        this.channel = channel;
        this.size = channel.size();
    }

    /** Returns how many bytes the file had when it was opened. */
    long size() {
        return size;
    }

    /** Fills a part of an array with the bytes from an offset on, which must be in the file. */
    void read(long offset, byte[] target, int begin, int length) throws IOException {
        channel.position(offset);
        ByteBuffer buffer = ByteBuffer.wrap(target, begin, 0);
        int end = begin + length;
        while (buffer.position() < end) {
            buffer.limit(Math.min(end, buffer.position() + CHUNK));
            if (channel.read(buffer) < 0) {
                throw fault("file", "stay as it is while it is read", "became shorter");
            }
        }
    }

    /** Makes an exception that names this file. */
    MalformedWeightsException fault(String name, String rule, String finding) {
        return new MalformedWeightsException(source, name, rule, finding);
    }

    /** Makes an exception that names this file and tells which rule a value broke. */
    MalformedWeightsException fault(String name, IllegalArgumentException cause) {
        return MalformedWeightsException.of(source, name, cause);
    }
}
