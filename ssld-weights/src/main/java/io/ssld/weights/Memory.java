package io.ssld.weights;

import java.io.IOException;
import java.util.Locale;

/** Whether the heap can hold what a file announces, asked before it is taken. */
final class Memory {

    private Memory() {}

    /** Fails for tensors that do not fit the largest heap there may be. */
    static void require(String source, long bytes) throws IOException {
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most) {
            throw tooLarge(source, bytes, most, null);
        }
    }

    /** What to say where the heap held too much else. */
    static IOException tooLarge(
            String source,
            long bytes,
            long most,
            @org.jspecify.annotations.Nullable OutOfMemoryError cause) {
        return new IOException(
                String.format(
                        Locale.ROOT,
                        "%s must fit the memory, but its tensors take %,d MB of a heap of %,d;"
                                + " raise -Xmx",
                        source,
                        bytes >> 20,
                        most >> 20),
                cause);
    }

    /** Reads tensors that take so many bytes. */
    static <T> T reading(String source, long bytes, Reading<T> reading) throws IOException {
        require(source, bytes);
        try {
            return reading.read();
        } catch (OutOfMemoryError e) {
            throw tooLarge(source, bytes, Runtime.getRuntime().maxMemory(), e);
        }
    }

    /** Reads something. */
    interface Reading<T> {
        T read() throws IOException;
    }
}
