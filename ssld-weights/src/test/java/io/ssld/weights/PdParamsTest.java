package io.ssld.weights;

import static io.ssld.weights.HostTensorTest.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we write. {@code written.pdparams} is {@link #sample()} as written by {@link
 * PdParams#write}. This Python (3.11, numpy 2.4, and no Paddle) read the same dictionary from it:
 *
 * <pre>{@code
 * import pickle, numpy as np
 * state = pickle.load(open("written.pdparams", "rb"))
 * expected = {
 *     "fc.weight": np.arange(6, dtype="<f4").reshape(2, 3) / 4,
 *     "half": np.array([1, -2, 65504, 2**-24], dtype="<f2"),
 *     "double": np.array(0.1), "steps": np.array(2**40), "int32": np.array([[-5], [7]], "<i4"),
 *     "int8": np.array([-128, 127], "i1"), "uint8": np.array([0, 255], "u1"),
 *     "mask": np.array([True, False, True]), "empty": np.zeros((0, 300, 2**33), "<f4"),
 *     "größe" * 50: np.array([2.5], "<f4")}
 * assert list(state) == list(expected)
 * for name, array in expected.items():
 *     assert state[name].dtype == array.dtype and state[name].shape == array.shape, name
 *     assert state[name].tobytes() == array.tobytes(), name
 * }</pre>
 */
class PdParamsTest {

    @TempDir Path folder;

    @Test
    void write_sample_bytesThatPythonRead() throws IOException {
        Path file = folder.resolve("sample.pdparams");
        PdParams.write(file, sample());
        assertThat(file).hasSameBinaryContentAs(Fixtures.path("written.pdparams"));
    }

    @Test
    void write_thenRead_equalInTheSameOrder() throws IOException {
        Path file = folder.resolve("sample.pdparams");
        PdParams.write(file, sample());
        StateDict back = PdParams.read(file);
        assertThat(back).isEqualTo(sample());
        assertThat(back.tensors().keySet()).containsExactlyElementsOf(sample().tensors().keySet());
    }

    @Test
    void write_emptyDictionary_emptyAgain() throws IOException {
        Path file = folder.resolve("empty.pdparams");
        PdParams.write(file, StateDict.of(Map.of()));
        assertThat(PdParams.read(file).tensors()).isEmpty();
    }

    @Test
    void write_tensorsOfRandomShapes_equalAgain() throws IOException {
        Random random = new Random(5);
        Path file = folder.resolve("random.pdparams");
        for (int round = 0; round < 50; round++) {
            Map<String, HostTensor> tensors = new LinkedHashMap<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                tensors.put("t" + i, randomTensor(random));
            }
            PdParams.write(file, StateDict.of(tensors));
            assertThat(PdParams.read(file)).isEqualTo(StateDict.of(tensors));
        }
    }

    @Test
    void write_largerThanAnyBuffer_equalAgain() throws IOException {
        byte[] bytes = new byte[4 * 300_001];
        new Random(1).nextBytes(bytes);
        HostTensor large = HostTensor.wrap(new Shape(300_001), DataType.FLOAT32, bytes);
        Path file = folder.resolve("large.pdparams");
        PdParams.write(file, StateDict.of(Map.of("large", large)));
        assertThat(PdParams.read(file).tensor("large")).isEqualTo(large);
    }

    /** Reading takes 1.3 times the bytes of the file at most, the JVM's own needs included. */
    @Test
    void read_aHundredMegabytes_inAHeapOfAHundredAndThirty() throws Exception {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        HostTensor tensor =
                HostTensor.wrap(new Shape(512, 512, 3, 3), DataType.FLOAT32, new byte[9 << 20]);
        for (int i = 0; i < 11; i++) {
            tensors.put("conv" + i, tensor);
        }
        Path file = folder.resolve("large.pdparams");
        PdParams.write(file, StateDict.of(tensors));
        assertThat(Files.size(file)).isGreaterThan(99 << 20);
        assertThat(SmallJvm.load(folder, "128m", List.of(file)).get(0)).endsWith("\tloaded");
    }

    @Test
    void write_existingFile_replacedAndNothingLeftBeside() throws IOException {
        Path file = Files.writeString(folder.resolve("old.pdparams"), "old");
        PdParams.write(file, sample());
        assertThat(PdParams.read(file)).isEqualTo(sample());
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PaddleState.NAME_TABLE, PaddleState.SLICES, "\ud800"})
    void write_nameThatCannotBeRead_refusedAndOldFileStays(String name) throws IOException {
        Path file = Files.writeString(folder.resolve("old.pdparams"), "old");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PdParams.write(file, StateDict.of(Map.of(name, tensor(1f)))))
                .withMessageContaining("tensor name must");
        assertThat(file).hasContent("old");
    }

    @Test
    void write_nameTooLong_refused() {
        StateDict state = StateDict.of(Map.of("ü".repeat(2049), tensor(1f)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PdParams.write(folder.resolve("x"), state))
                .withMessage("tensor name must be at most 4096 bytes long, but was 4098");
    }

    static StateDict sample() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "fc.weight",
                HostTensor.of(
                        new Shape(2, 3),
                        DataType.FLOAT32,
                        tensor(0f, 0.25f, 0.5f, 0.75f, 1f, 1.25f).bytes()));
        tensors.put("half", tensor(1f, -2f, 65504f, 0x1p-24f).toType(DataType.FLOAT16));
        tensors.put("double", of(new Shape(), DataType.FLOAT64, Double.doubleToLongBits(0.1), 8));
        tensors.put("steps", of(new Shape(), DataType.INT64, 1L << 40, 8));
        tensors.put("int32", of(new Shape(2, 1), DataType.INT32, (7L << 32) | 0xFFFFFFFBL, 8));
        tensors.put("int8", of(new Shape(2), DataType.INT8, 0x7F80, 2));
        tensors.put("uint8", of(new Shape(2), DataType.UINT8, 0xFF00, 2));
        tensors.put("mask", of(new Shape(3), DataType.BOOLEAN, 0x010001, 3));
        tensors.put("empty", of(new Shape(0, 300, 1L << 33), DataType.FLOAT32, 0, 0));
        tensors.put("größe".repeat(50), tensor(2.5f));
        return StateDict.of(tensors);
    }

    private static HostTensor of(Shape shape, DataType type, long bits, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(8).putLong(Long.reverseBytes(bits)).flip();
        return HostTensor.of(shape, type, buffer.limit(bytes));
    }

    private static HostTensor randomTensor(Random random) {
        DataType[] types = HostTensor.TYPES.toArray(new DataType[0]);
        DataType type = types[random.nextInt(types.length)];
        long[] sizes = random.longs(random.nextInt(5), 0, 6).toArray();
        byte[] bytes = new byte[(int) HostTensor.byteCount(new Shape(sizes), type)];
        random.nextBytes(bytes);
        for (int i = 0; type == DataType.BOOLEAN && i < bytes.length; i++) {
            bytes[i] &= 1;
        }
        return HostTensor.wrap(new Shape(sizes), type, bytes);
    }
}
