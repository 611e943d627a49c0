package io.ssld.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pickle from front to back: instructions and their arguments. Long arguments are passed
 * over and only their place is told. No length is believed that exceeds the bytes left.
 */
final class PickleInput {

    /** Most bytes of one text that is decoded, such as the name of a tensor. */
    static final int MAX_TEXT = 4096;

    /** Most bytes of all texts that are decoded, one that is referred to often counted as often. */
    static final int MAX_TEXTS = 1 << 24;

    private static final int MAX_LINE = 256;

    private final FileBytes file;
    private final byte[] window = new byte[8192];
    private long windowBegin;
    private long windowEnd;
    private long position;
    private int decoded;

    private long instructionBegin;
    private @Nullable PickleOpcode instruction;

    PickleInput(FileBytes file) {
        this.file = file;
    }

    /** Reads the next instruction, which the messages of faults name from now on. */
    PickleOpcode instruction() throws IOException {
        instruction = null;
        instructionBegin = position;
        int code = unsignedByte();
        PickleOpcode opcode = PickleOpcode.of(code);
        if (opcode == null) {
            throw fault("be one that arrays are made of", "was 0x" + Integer.toHexString(code));
        }
        instruction = opcode;
        return opcode;
    }

    /** Returns how many bytes follow. */
    long left() {
        return file.size() - position;
    }

    int unsignedByte() throws IOException {
        if (position >= file.size()) {
            throw fault("be complete", "the file ended; download it again");
        }
        if (position >= windowEnd) {
            int length = (int) Math.min(window.length, left());
            file.read(position, window, 0, length);
            windowBegin = position;
            windowEnd = position + length;
        }
        return Byte.toUnsignedInt(window[(int) (position++ - windowBegin)]);
    }

    /** Reads a little-endian number of up to 8 bytes, without a sign unless it takes all of 8. */
    long number(int bytes) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 8 * bytes; shift += 8) {
            value |= (long) unsignedByte() << shift;
        }
        return value;
    }

    /** Reads a little-endian number of up to 8 bytes in two's complement; none make 0. */
    long signedNumber(int bytes) throws IOException {
        if (bytes > Long.BYTES) {
            throw fault("have a number of at most 8 bytes", "had one of " + bytes);
        }
        int unused = 64 - 8 * bytes;
        return bytes == 0 ? 0 : number(bytes) << unused >> unused;
    }

    /** Passes over an argument of this many bytes; a negative length is one above 2^63. */
    Span span(long length, boolean utf8) throws IOException {
        requireLeft(length);
        Span span = new Span(position, length, utf8);
        position += length;
        return span;
    }

    /** Checks an announced length. */
    void requireLeft(long length) throws IOException {
        if (length < 0 || length > left()) {
            throw fault(
                    "announce at most the " + left() + " bytes left",
                    "announced %s; download the file again"
                            .formatted(Long.toUnsignedString(length)));
        }
    }

    /** Reads a short line, without the line feed at its end. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = unsignedByte(); next != '\n'; next = unsignedByte()) {
            if (line.length() == MAX_LINE) {
                throw fault("have names of at most " + MAX_LINE + " bytes", "had a longer one");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    /** Reads a text that was passed over. Bytes without encoding, from Python 2, are Latin-1. */
    String text(Span span) throws IOException {
        if (span.length() > MAX_TEXT || span.length() > MAX_TEXTS - decoded) {
            throw fault(
                    String.format(
                            Locale.ROOT,
                            "use names of at most %d bytes, %d in all",
                            MAX_TEXT,
                            MAX_TEXTS),
                    "used more");
        }
        decoded += (int) span.length();
        byte[] bytes = bytes(span);
        if (!span.utf8()) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw fault("use names in UTF-8", "used other bytes");
        }
    }

    private byte[] bytes(Span span) throws IOException {
        int length = (int) span.length();
        // Names mostly stand close to where they are used: that saves a call of the system each.
        if (span.offset() >= windowBegin && span.offset() + length <= windowEnd) {
            int begin = (int) (span.offset() - windowBegin);
            return Arrays.copyOfRange(window, begin, begin + length);
        }
        byte[] bytes = new byte[length];
        file.read(span.offset(), bytes, 0, length);
        return bytes;
    }

    /** Makes an exception that names the current instruction and its place. */
    MalformedWeightsException fault(String rule, String finding) {
        String name = instruction == null ? "instruction" : instruction.name();
        return file.fault(name + " at byte " + instructionBegin, rule, finding);
    }
}
