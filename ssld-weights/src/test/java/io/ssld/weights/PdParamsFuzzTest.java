package io.ssld.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files: each is read, or is one IOException that names the file.
 *
 * <p>To search for others: {@code JAZZER_FUZZ=1 mvn -pl ssld-weights -am test -Djazzer.hooks=true
 * -Dtest=PdParamsFuzzTest#read_anyBytes_tensorsOrIOException}.
 */
class PdParamsFuzzTest {

    /** Where the searching begins; without it, these and the findings of old are tried. */
    static Stream<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>(goodFiles());
        for (String name : Fixtures.rejected()) {
            seeds.add(Fixtures.bytes(name));
        }
        return seeds.stream().filter(seed -> seed.length < 4096);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void read_anyBytes_tensorsOrIOException(byte[] bytes) {
        readOrRefuse(bytes);
    }

    @Test
    void read_mutatedFiles_tensorsOrIOException() throws IOException {
        List<byte[]> files = goodFiles();
        Random random = new Random(1);
        int read = 0;
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            byte[] mutated = files.get(random.nextInt(files.size())).clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutated = mutate(mutated, files.get(random.nextInt(files.size())), random);
            }
            read += readOrRefuse(mutated) ? 1 : 0;
        }
        assertThat(read).isBetween(rounds / 100, rounds * 99 / 100);
    }

    private static boolean readOrRefuse(byte[] bytes) {
        try {
            for (HostTensor tensor : Pickle.read(bytes).tensors().values()) {
                // Twice: 16-bit integers become wider.
                assertThat(tensor.bytes().remaining()).isLessThanOrEqualTo(2 * bytes.length);
            }
            return true;
        } catch (IOException e) {
            assertThat(e)
                    .isInstanceOf(MalformedWeightsException.class)
                    .hasMessageStartingWith("pickle: ");
            return false;
        }
    }

    /** Flips a bit, sets a byte, cuts, repeats a part, or puts a part of another file in. */
    private static byte[] mutate(byte[] bytes, byte[] other, Random random) {
        if (bytes.length == 0) {
            return other;
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                return splice(bytes, at, bytes, random);
            }
            default -> {
                return splice(bytes, at, other, random);
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, byte[] other, Random random) {
        int begin = random.nextInt(other.length);
        int length = random.nextInt(Math.min(64, other.length - begin) + 1);
        byte[] spliced = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(other, begin, spliced, at, length);
        System.arraycopy(bytes, at, spliced, at + length, bytes.length - at);
        return spliced;
    }

    private static List<byte[]> goodFiles() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String name : PdParamsFixturesTest.accepted()) {
            byte[] bytes = Fixtures.bytes(name);
            if (bytes.length < 1 << 14) {
                files.add(bytes);
            }
        }
        return files;
    }
}
