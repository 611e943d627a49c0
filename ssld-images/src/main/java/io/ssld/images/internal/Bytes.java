package io.ssld.images.internal;

import java.io.EOFException;
import java.util.Arrays;

/** The bytes of a file, read as numbers; what lies behind the end is an {@link EOFException}. */
final class Bytes {

    private final byte[] file;
    private final boolean bigEndian;

    private Bytes(byte[] file, boolean bigEndian) {
        this.file = file;
        this.bigEndian = bigEndian;
    }

    static Bytes bigEndian(byte[] file) {
        return new Bytes(file, true);
    }

    static Bytes littleEndian(byte[] file) {
        return new Bytes(file, false);
    }

    byte[] array() {
        return file;
    }

    int length() {
        return file.length;
    }

    int u8(long at) throws EOFException {
        require(at, 1);
        return file[(int) at] & 0xFF;
    }

    int u16(long at) throws EOFException {
        int first = u8(at);
        int second = u8(at + 1);
        return bigEndian ? first << 8 | second : second << 8 | first;
    }

    long u32(long at) throws EOFException {
        long first = u16(at);
        long second = u16(at + 2);
        return bigEndian ? first << 16 | second : second << 16 | first;
    }

    /** Fails unless {@code count} bytes from {@code at} on are there. */
    void require(long at, long count) throws EOFException {
        if (at < 0 || count < 0 || at + count > file.length) {
            throw new EOFException(
                    "file must have "
                            + (at + count)
                            + " bytes for what its header says, but has "
                            + file.length);
        }
    }

    boolean startsWith(int at, int... expected) {
        if (at < 0 || at + expected.length > file.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((file[at + i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    byte[] copy(int from, int to) throws EOFException {
        require(from, (long) to - from);
        return Arrays.copyOfRange(file, from, to);
    }
}
