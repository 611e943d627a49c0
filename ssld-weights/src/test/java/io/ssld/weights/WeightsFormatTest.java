package io.ssld.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Formats, told by content and by ending. */
class WeightsFormatTest {

    private static final StateDict STATE =
            StateDict.of(
                    Map.of(
                            "a",
                            HostTensor.of(new Shape(2), DataType.FLOAT32, ByteBuffer.allocate(8))));

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "w.pdparams, PDPARAMS",
        "w.PDPARAMS, PDPARAMS",
        "a.pdparams/w.SafeTensors, SAFETENSORS",
        "n-0000.Params, DJL"
    })
    void named_ending_inWhateverCase(String name, WeightsFormat format) {
        assertThat(WeightsFormat.named(name)).contains(format);
        assertThat(WeightsFormat.named(name + ".zip")).isEmpty();
        assertThat(name.toLowerCase(java.util.Locale.ROOT)).endsWith(format.ending());
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightsFormat.class,
            names = {"PDPARAMS", "SAFETENSORS"})
    void of_content_countsMoreThanTheName(WeightsFormat format) throws IOException {
        for (String name : new String[] {"w.pdparams", "w.safetensors", "w.params", "w"}) {
            Path file = folder.resolve(name);
            if (format == WeightsFormat.PDPARAMS) {
                PdParams.write(file, STATE);
            } else {
                Safetensors.write(file, STATE, Map.of());
            }
            assertThat(WeightsFormat.of(file)).contains(format);
            assertThat(format.read(file, () -> new ai.djl.nn.SequentialBlock())).isEqualTo(STATE);
        }
    }

    @Test
    void of_headerLengthThatBeginsAsAPickleDoes_isSafetensors() throws IOException {
        Path file = folder.resolve("w.pdparams");
        byte[] plain = {(byte) 0x80, 2, 0, 0, 0, 0, 0, 0, '{'};
        Files.write(file, plain);
        assertThat(WeightsFormat.of(file)).contains(WeightsFormat.SAFETENSORS);
    }

    @Test
    void of_contentOfNoFormat_theName() throws IOException {
        Path page = Files.writeString(folder.resolve("w.PdParams"), "<html>proxy</html>");
        assertThat(WeightsFormat.of(page)).contains(WeightsFormat.PDPARAMS);
        assertThatExceptionOfType(MalformedWeightsException.class)
                .isThrownBy(() -> SsldWeights.read(page));
        Path empty = Files.createFile(folder.resolve("w.safetensors"));
        assertThatExceptionOfType(MalformedWeightsException.class)
                .isThrownBy(() -> SsldWeights.read(empty));
        Path other = Files.writeString(folder.resolve("w.txt"), "text");
        assertThat(WeightsFormat.of(other)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldWeights.read(other))
                .withMessage("file must end in .pdparams or .safetensors, but was " + other);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> SsldWeights.read(folder.resolve("no.pdparams")));
    }

    @Test
    void of_cutAtEachByte_refusedWhateverItIsCalled() throws IOException {
        Path whole = folder.resolve("w.safetensors");
        Safetensors.write(whole, STATE, Map.of());
        byte[] bytes = Files.readAllBytes(whole);
        for (int length = 0; length < bytes.length; length++) {
            Path cut = folder.resolve(length % 2 == 0 ? "cut.safetensors" : "cut.pdparams");
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThatExceptionOfType(MalformedWeightsException.class)
                    .isThrownBy(() -> SsldWeights.read(cut));
        }
    }

    @Test
    void read_parametersWithoutANetwork_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("n-0000.params"), "DJL@");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldWeights.read(file))
                .withMessageContaining("file must tell its tensors by name, but " + file);
    }
}
