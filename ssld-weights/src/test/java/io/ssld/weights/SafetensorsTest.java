package io.ssld.weights;

import static io.ssld.weights.HostTensorTest.tensor;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Round trips, and a file of the reference library, which this Python made (safetensors 0.8.0):
 *
 * <pre>{@code
 * import numpy as np
 * from safetensors.numpy import save_file
 * save_file({
 *     "layer.weight": np.arange(6, dtype="<f4").reshape(2, 3) / 4,
 *     "layer.half": np.array([1, -2, 65504, 2**-24], dtype="<f2"),
 *     "double": np.array([0.1], dtype="<f8"),
 *     "steps": np.array(2**40, dtype="<i8"),
 *     "int32": np.array([-5, 7], dtype="<i4"),
 *     "int16": np.array([-300], dtype="<i2"),
 *     "int8": np.array([-128, 127], dtype="i1"),
 *     "uint8": np.array([0, 255], dtype="u1"),
 *     "mask": np.array([True, False, True]),
 *     "empty": np.zeros((0, 4), dtype="<f4"),
 *     "grüße": np.array([2.5], dtype="<f4"),
 * }, "reference.safetensors", metadata={"writer": "safetensors.numpy", "quote": 'a "b"'})
 * }</pre>
 */
class SafetensorsTest {

    @TempDir Path folder;

    @Test
    void write_interruptedThread_writesWholeFileAndKeepsTheFlag() throws Exception {
        Path file = folder.resolve("interrupted.safetensors");
        Path paddle = folder.resolve("interrupted.pdparams");
        StateDict state = StateDict.of(Map.of("a", tensor(1f, 2f)));
        Thread.currentThread().interrupt();
        try {
            Safetensors.write(file, state, Map.of());
            PdParams.write(paddle, state);
        } finally {
            assertThat(Thread.interrupted()).as("the flag").isTrue();
        }
        assertThat(Safetensors.read(file).tensor("a")).isEqualTo(tensor(1f, 2f));
        assertThat(PdParams.read(paddle).tensor("a")).isEqualTo(tensor(1f, 2f));
    }

    @Test
    void read_fileOfTheReferenceLibrary_itsTensors() throws Exception {
        StateDict state = reference();
        assertThat(state.tensors()).hasSize(11);
        assertThat(state.tensor("layer.weight"))
                .isEqualTo(floats(new Shape(2, 3), 0f, 0.25f, 0.5f, 0.75f, 1f, 1.25f));
        assertThat(state.tensor("layer.half").toType(DataType.FLOAT32))
                .isEqualTo(tensor(1f, -2f, 65504f, 0x1p-24f));
        assertThat(state.tensor("double").bytes().getDouble()).isEqualTo(0.1);
        assertThat(state.tensor("steps").shape()).isEqualTo(new Shape());
        assertThat(state.tensor("steps").bytes().getLong()).isEqualTo(1L << 40);
        assertThat(state.tensor("int32").bytes().getInt()).isEqualTo(-5);
        assertThat(state.tensor("int16").dataType()).isEqualTo(DataType.INT32);
        assertThat(state.tensor("int16").bytes().getInt()).isEqualTo(-300);
        assertThat(bytesOf(state, "int8")).containsExactly(-128, 127);
        assertThat(bytesOf(state, "uint8")).containsExactly(0, 255);
        assertThat(bytesOf(state, "mask")).containsExactly(1, 0, 1);
        assertThat(state.tensor("empty").shape()).isEqualTo(new Shape(0, 4));
        assertThat(state.tensor("grüße")).isEqualTo(tensor(2.5f));
    }

    @Test
    void write_toPipe_keepsIt() throws Exception {
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().onExit().join();
        StateDict state = reference();
        assertThatIOException()
                .isThrownBy(() -> Safetensors.write(pipe, state, Map.of()))
                .withMessageContainingAll("target must be a file", pipe.toString());
        assertThat(Files.exists(pipe) && !Files.isRegularFile(pipe)).isTrue();
    }

    @Test
    void read_brainFloats_asFloat32() throws Exception {
        byte[] file = file("{'a':{'dtype':'BF16','shape':[2],'data_offsets':[0,4]}}", 4);
        file[file.length - 3] = (byte) 0xBF;
        file[file.length - 4] = (byte) 0x80;
        assertThat(Safetensors.read(new ByteArrayInputStream(file)).tensor("a"))
                .isEqualTo(tensor(-1f, 0f));
    }

    @Test
    void write_thenRead_equalInTheSameOrder() throws Exception {
        StateDict state = mixed();
        Path file = folder.resolve("mixed.safetensors");
        Safetensors.write(file, state, Map.of("b", "2", "a", "line\n\"quoted\" ü"));

        StateDict back = Safetensors.read(file);
        assertThat(back).isEqualTo(state);
        assertThat(back.tensors().keySet()).containsExactlyElementsOf(state.tensors().keySet());
        assertThat(Safetensors.readMetadata(file))
                .isEqualTo(Map.of("b", "2", "a", "line\n\"quoted\" ü"));
        assertThat(Safetensors.read(new ByteArrayInputStream(Files.readAllBytes(file))))
                .isEqualTo(state);
    }

    @Test
    void write_referenceTensors_sameTensorsBack() throws Exception {
        Path file = folder.resolve("copy.safetensors");
        Safetensors.write(file, reference(), Map.of());
        assertThat(Safetensors.read(file)).isEqualTo(reference());
        assertThat(Safetensors.readMetadata(file)).isEmpty();
    }

    @Test
    void write_tensorsOfSeveralWidths_bytesAsSpecified() throws Exception {
        Path file = folder.resolve("bytes.safetensors");
        Safetensors.write(file, mixed(), Map.of("b", "2", "a", "1"));
        // The widest type first, and the header padded to a multiple of 8.
        String header =
                "{'__metadata__':{'a':'1','b':'2'},"
                        + "'flag':{'dtype':'BOOL','shape':[],'data_offsets':[8,9]},"
                        + "'weight':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}";
        byte[] expected = file(header + " ".repeat((8 - header.length() % 8) % 8), 9);
        ByteBuffer data = ByteBuffer.wrap(expected, expected.length - 9, 9);
        data.order(ByteOrder.LITTLE_ENDIAN).putFloat(1.5f).putFloat(-2f).put((byte) 1);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    }

    @Test
    void write_existingFile_replacedAndNothingLeftBeside() throws Exception {
        Path file = Files.writeString(folder.resolve("old.safetensors"), "old");
        Safetensors.write(file, mixed(), Map.of());
        assertThat(Safetensors.read(file)).isEqualTo(mixed());
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void write_loneSurrogateInName_oldFileStays() throws Exception {
        Path file = Files.writeString(folder.resolve("old.safetensors"), "old");
        StateDict state = StateDict.of(Map.of("\ud800", tensor(1f)));
        assertThatIOException().isThrownBy(() -> Safetensors.write(file, state, Map.of()));
        assertThat(file).hasContent("old");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void write_tensorCalledMetadata_refused() {
        StateDict state = StateDict.of(Map.of("__metadata__", tensor(1f)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.write(folder.resolve("x"), state, Map.of()))
                .withMessageContaining("but was __metadata__");
    }

    /** A file with this header, its single quotes made double, and as many zero bytes of data. */
    static byte[] file(String header, int dataLength) {
        byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + dataLength);
        file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
        return file.array();
    }

    private static StateDict mixed() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        tensors.put("flag", HostTensor.wrap(new Shape(), DataType.BOOLEAN, new byte[] {1}));
        tensors.put("weight", tensor(1.5f, -2f));
        return StateDict.of(tensors);
    }

    private static StateDict reference() throws IOException {
        try (InputStream in =
                requireNonNull(
                        SafetensorsTest.class.getResourceAsStream("reference.safetensors"))) {
            return Safetensors.read(in);
        }
    }

    private static HostTensor floats(Shape shape, float... values) {
        return HostTensor.of(shape, DataType.FLOAT32, tensor(values).bytes());
    }

    private static int[] bytesOf(StateDict state, String name) {
        HostTensor tensor = state.tensor(name);
        boolean signed = tensor.dataType() == DataType.INT8;
        ByteBuffer bytes = tensor.bytes();
        int[] values = new int[bytes.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = signed ? bytes.get(i) : Byte.toUnsignedInt(bytes.get(i));
        }
        return values;
    }
}
