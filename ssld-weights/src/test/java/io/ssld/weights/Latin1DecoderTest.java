package io.ssld.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Latin1DecoderTest {

    /** Bytes alone, at the end of a word, across words and across pieces. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 16, 61, 1000})
    void decode_anyBytesInPieces_bytesOfTheJdk(int pieceLength) {
        Random random = new Random(pieceLength);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            byte[] text =
                    new String(bytes, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8);
            assertThat(decode(text, pieceLength)).isEqualTo(bytes);
        }
    }

    @Test
    void decode_eachByteAfterEachByte_validExactlyIfTheJdkSaysSo() {
        for (int padding = 0; padding < 9; padding++) {
            for (int pair = 0; pair < 1 << 16; pair++) {
                byte[] text = new byte[padding + 2];
                text[padding] = (byte) (pair >> 8);
                text[padding + 1] = (byte) pair;
                byte[] copy = Arrays.copyOf(text, 64);
                Latin1Decoder decoder = new Latin1Decoder();
                decoder.decode(copy, text.length, new byte[text.length + Latin1Decoder.SLACK]);
                assertThat(decoder.isComplete()).isEqualTo(isLatin1(text));
            }
        }
    }

    private static boolean isLatin1(byte[] text) {
        String decoded = new String(text, StandardCharsets.UTF_8);
        return decoded.chars().allMatch(character -> character <= 0xFF);
    }

    private static byte[] decode(byte[] text, int pieceLength) {
        Latin1Decoder decoder = new Latin1Decoder();
        byte[] decoded = new byte[text.length];
        int count = 0;
        for (int begin = 0; begin < text.length; begin += pieceLength) {
            int end = Math.min(text.length, begin + pieceLength);
            byte[] piece = Arrays.copyOfRange(text, begin, end);
            byte[] out = new byte[piece.length + Latin1Decoder.SLACK];
            int length = decoder.decode(piece, piece.length, out);
            System.arraycopy(out, 0, decoded, count, length);
            count += length;
        }
        assertThat(decoder.isComplete()).isTrue();
        return Arrays.copyOf(decoded, count);
    }
}
