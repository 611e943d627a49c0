package io.ssld.weights;

import static io.ssld.weights.SafetensorsTest.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that break a rule of the format: each is one IOException that says which. */
class HostileSafetensorsTest {

    private static final String A = "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

    @TempDir Path folder;

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments("", "header must be JSON"),
                arguments("[]", "header must be BEGIN_OBJECT, but was BEGIN_ARRAY"),
                arguments("{'a'", "header must be JSON"),
                arguments("{'a':3}", "tensor 'a' must be BEGIN_OBJECT, but was NUMBER"),
                arguments("{'a':{}}", "tensor 'a' must have dtype, shape and data_offsets"),
                arguments(entry("'F32'", "[2]", "[0,8],'x':1"), "but was given x"),
                arguments(entry("'F32'", "[2]", "[0,8],'shape':[2]"), "shape must occur once"),
                arguments(entry("'F32'", "[2]", "[0,8]") + "{}", "header must be JSON"),
                arguments(A + ",'a':{'dtype':'F32'}}", "tensor 'a' must occur once"),
                arguments("{'__metadata__':{'k':1}}", "key 'k' must be a string, but was NUMBER"),
                arguments("{'__metadata__':{'k':'','k':''}}", "key 'k' must occur once"),
                arguments("{'__metadata__':{},'__metadata__':{}}", "must occur once"),
                arguments(entry("'F8_E4M3'", "[8]", "[0,8]"), "dtype must be one of [F64, F32"),
                arguments(entry("32", "[2]", "[0,8]"), "dtype must be a string, but was NUMBER"),
                arguments(entry("'F32'", "[3]", "[0,8]"), "span the 12 bytes of its shape"),
                arguments(entry("'F32'", "[-2]", "[0,8]"), "at least 0, but was -2"),
                arguments(entry("'F32'", "[2.0]", "[0,8]"), "at least 0, but was 2.0"),
                arguments(entry("'F32'", "['2']", "[0,8]"), "at least 0, but was STRING"),
                arguments(entry("'F32'", "[[2]]", "[0,8]"), "at least 0, but was BEGIN_ARRAY"),
                arguments(
                        entry("'F32'", "2", "[0,8]"), "shape must be BEGIN_ARRAY, but was NUMBER"),
                arguments(entry("'F32'", "[99999999999999999999]", "[0,8]"), "must fit 63 bits"),
                arguments(
                        entry("'F32'", "[4294967296,4294967296]", "[0,0]"),
                        "shape must take at most 2^63 - 1 bytes"),
                arguments(
                        entry("'I8'", "[4294967296,4294967296,0]", "[0,0]"),
                        "shape must take at most 2^63 - 1 bytes"),
                arguments(
                        entry("'I8'", "[4294967296]", "[0,4294967296]"),
                        "must take at most 2147483639 bytes"),
                arguments(
                        entry("'BF16'", "[536870912]", "[0,1073741824]"),
                        "must take at most 1073741819 bytes, but was 1073741824"),
                arguments(entry("'F32'", "[2]", "[8,0]"), "begin and end, but was [8, 0]"),
                arguments(entry("'F32'", "[2]", "[0]"), "begin and end, but was [0]"),
                arguments(
                        entry("'F32'", "[1]", "[4,8]"), "begin where the tensor before ends, at 0"),
                arguments(
                        A + ",'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                        "tensor 'b': data_offsets must begin where the tensor before ends, at 8"),
                arguments(
                        A + ",'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                        "tensor 'b': data_offsets must begin where the tensor before ends, at 8"));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void read_brokenHeader_ruleNamed(String header, String message) throws IOException {
        byte[] bytes = file(header, 8);
        Path file = Files.write(folder.resolve("hostile.safetensors"), bytes);
        assertThatIOException()
                .isThrownBy(() -> Safetensors.read(file))
                .withMessageStartingWith(file + ": ")
                .withMessageContaining(message);
        assertThatIOException()
                .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(bytes)))
                .withMessageStartingWith("safetensors stream: ")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 1L << 32})
    void read_hugeHeaderLength_refusedBeforeAllocation(long length) throws IOException {
        byte[] bytes = file(A + "}", 8);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        assertRefused(bytes, "header length must be at most");
    }

    @Test
    void read_headerLongerThanFile_refused() throws IOException {
        byte[] bytes = file(A + "}", 8);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(90_000_000);
        Path file = Files.write(folder.resolve("hostile.safetensors"), bytes);
        assertThatIOException()
                .isThrownBy(() -> Safetensors.read(file))
                .withMessageContaining("header length must be at most " + (bytes.length - 8));
        assertThatIOException()
                .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(bytes)))
                .withMessageContaining("header must have 90000000 bytes, but ended after");
    }

    @Test
    void read_lessOrMoreDataThanAnnounced_refused() throws IOException {
        assertRefused(file(A + "}", 7), "must have");
        assertRefused(file(A + "}", 9), "data must");
    }

    @Test
    void read_twoGigabytesAnnounced_refusedAtTheEndOfTheStream() throws IOException {
        assertRefused(file(entry("'I8'", "[2147483000]", "[0,2147483000]"), 8), "must have");
    }

    @Test
    void read_invalidUtf8_refused() throws IOException {
        byte[] bytes = file(A + "}", 8);
        bytes[10] = (byte) 0xFF;
        assertRefused(bytes, "header must be JSON in UTF-8");
    }

    @Test
    void read_booleanOtherThanZeroAndOne_refused() throws IOException {
        byte[] bytes = file(entry("'BOOL'", "[1]", "[0,1]"), 1);
        bytes[bytes.length - 1] = 2;
        assertRefused(bytes, "tensor 'a': a boolean must be 0 or 1, but was 2");
    }

    @Test
    void read_eachTruncation_refused() {
        byte[] bytes = file(A + "}", 8);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIOException()
                    .as("%d bytes", length)
                    .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(cut)));
        }
    }

    @Test
    void read_randomDamage_tensorsOrIOException() {
        byte[] good = file(A + ",'b':{'dtype':'BOOL','shape':[1,3],'data_offsets':[8,11]}}", 11);
        Random random = new Random(1);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                read += Safetensors.read(new ByteArrayInputStream(damaged)).tensors().size();
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith("safetensors stream: ");
            }
        }
        assertThat(read).isPositive();
    }

    private void assertRefused(byte[] bytes, String message) throws IOException {
        Path file = Files.write(folder.resolve("hostile.safetensors"), bytes);
        assertThatIOException()
                .isThrownBy(() -> Safetensors.read(file))
                .withMessageContaining(message);
        assertThatIOException()
                .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(bytes)))
                .withMessageContaining(message);
    }

    private static String entry(String dtype, String shape, String offsets) {
        return "{'a':{'dtype':%s,'shape':%s,'data_offsets':%s}}".formatted(dtype, shape, offsets);
    }
}
