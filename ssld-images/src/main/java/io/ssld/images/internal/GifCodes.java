package io.ssld.images.internal;

import java.io.EOFException;
import java.io.IOException;

/** The variable-length LZW codes of a GIF frame (GIF89a, appendix F). */
final class GifCodes {

    private static final int MAX_CODES = 4096;

    private final byte[] codes;
    private final int clear;
    private final int[] prefix = new int[MAX_CODES];
    private final byte[] suffix = new byte[MAX_CODES];
    private final byte[] first = new byte[MAX_CODES];
    private final int[] length = new int[MAX_CODES];
    private final int startBits;
    private int nextByte;
    private int window;
    private int windowBits;

    GifCodes(byte[] codes, int codeBits) throws IOException {
        if (codeBits < 1 || codeBits > 8) {
            throw new IOException("GIF must have codes of 1 to 8 bits, but has " + codeBits);
        }
        this.codes = codes;
        startBits = codeBits + 1;
        clear = 1 << codeBits;
        for (int i = 0; i < clear; i++) {
            suffix[i] = (byte) i;
            first[i] = (byte) i;
            length[i] = 1;
        }
    }

    /** Decodes {@code count} colour numbers; fewer or codes that mean nothing are an error. */
    byte[] decode(int count) throws IOException {
        // An entry is at most as long as all that came before it, so it may end behind the pixels.
        byte[] out = new byte[count];
        int at = 0;
        int bits = startBits;
        int known = clear + 2;
        int previous = -1;
        while (at < count) {
            int code = read(bits);
            if (code == clear) {
                bits = startBits;
                known = clear + 2;
                previous = -1;
                continue;
            }
            if (code == clear + 1) {
                throw new EOFException("GIF ends after " + at + " of " + count + " pixels");
            }
            if (code > known || (code == known && (previous < 0 || known == MAX_CODES))) {
                throw new IOException("damaged image: code " + code + " of " + known);
            }
            if (previous >= 0 && known < MAX_CODES) {
                prefix[known] = previous;
                first[known] = first[previous];
                length[known] = length[previous] + 1;
                // A code may stand for what is just being added.
                suffix[known] = first[code == known ? previous : code];
                known++;
                if (known == 1 << bits && bits < 12) {
                    bits++;
                }
            }
            at += copy(code, out, at);
            previous = code;
        }
        return out;
    }

    private int copy(int code, byte[] out, int at) {
        int total = length[code];
        int rest = code;
        for (int i = at + total - 1; i >= at; i--) {
            if (i < out.length) {
                out[i] = suffix[rest];
            }
            rest = prefix[rest];
        }
        return total;
    }

    private int read(int bits) throws EOFException {
        while (windowBits < bits) {
            if (nextByte == codes.length) {
                throw new EOFException("GIF ends in the middle of its codes");
            }
            window |= (codes[nextByte++] & 0xFF) << windowBits;
            windowBits += 8;
        }
        int code = window & ((1 << bits) - 1);
        window >>>= bits;
        windowBits -= bits;
        return code;
    }
}
