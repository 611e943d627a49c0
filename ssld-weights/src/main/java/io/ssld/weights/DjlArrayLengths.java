package io.ssld.weights;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Whether the arrays of a DJL parameters file are in it. DJL takes memory for the lengths that the
 * file tells, before it reads on: two bytes changed in it would ask for two gigabytes.
 *
 * <p>An array begins with {@code NDAR} as {@link java.io.DataOutput#writeUTF} writes it, and its
 * version; from the second on, a flag and perhaps its name; two words; its shape; from the third
 * on, a byte for the order of bytes; and its length.
 */
final class DjlArrayLengths {

    private static final byte[] ARRAY = "\0\4NDAR".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DIMENSIONS = 32;

    private final Path file;
    private final long size;
    private final DataInputStream in;
    private long at;

    private DjlArrayLengths(Path file, long size, InputStream in) {
        this.file = file;
        this.size = size;
        this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
    }

    /** Reads the file once, and fails for an array that would go beyond its end. */
    static void check(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            new DjlArrayLengths(file, Files.size(file), in).checkAll();
        }
    }

    private void checkAll() throws IOException {
        int same = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            at++;
            if (next == ARRAY[same]) {
                same++;
            } else {
                same = next == ARRAY[0] ? 1 : 0;
            }
            if (same == ARRAY.length) {
                same = 0;
                checkArray();
            }
        }
    }

    private void checkArray() throws IOException {
        try {
            int version = in.readInt();
            at += 4;
            if (version > 1) {
                boolean named = in.readByte() == 1;
                at++;
                if (named) {
                    word();
                }
            }
            word();
            word();
            int dimensions = count("dimensions", MAX_DIMENSIONS);
            skip(8L * dimensions);
            int layout = count("letters of a layout", MAX_DIMENSIONS);
            skip(2L * layout);
            skip(version > 2 ? 1 : 0);
            skip(count("bytes", size - at - 4));
        } catch (EOFException e) {
            throw new IOException(file + " must hold whole arrays, but ends in one", e);
        }
    }

    private void word() throws IOException {
        at += 2 + in.readUTF().length();
    }

    private int count(String what, long most) throws IOException {
        int count = in.readInt();
        at += 4;
        if (count < 0 || count > most) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must hold arrays of at most %d %s, but at byte %d has one of %d",
                            file,
                            most,
                            what,
                            at - 4,
                            count));
        }
        return count;
    }

    private void skip(long count) throws IOException {
        in.skipNBytes(count);
        at += count;
    }
}
