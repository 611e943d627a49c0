package io.ssld.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as Python, numpy and Paddle write them give the tensors that Python reads from them. */
class PdParamsFixturesTest {

    static Set<String> accepted() throws IOException {
        return Fixtures.expected("accept").keySet();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void read_goodFile_valuesOfPython(String name) throws IOException {
        assertExpected(
                PdParams.read(Fixtures.path(name)),
                Fixtures.expected("accept").getAsJsonObject(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"opt_p2_tuples.pdparams", "opt_memo_huge.pdparams"})
    void read_optionalFile_valuesOfPython(String name) throws IOException {
        assertExpected(
                PdParams.read(Fixtures.path(name)),
                Fixtures.expected("optional").getAsJsonObject(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "opt_p0.pdparams: instruction at byte 0 must begin a pickle of protocol 2 to 5",
                "opt_eval_lodtensor.pdparams: GLOBAL at byte 18 must name what arrays",
                "opt_value_str.pdparams: tensor 'fc.weight' must be a numpy array, but was text"
            })
    void read_optionalFile_refusedByName(String message) {
        String name = message.substring(0, message.indexOf(':'));
        assertThatExceptionOfType(MalformedWeightsException.class)
                .isThrownBy(() -> PdParams.read(Fixtures.path(name)))
                .withMessageContaining(message);
    }

    @SuppressWarnings("ReferenceEquality") // whether the data is there once is what is asked
    @Test
    void read_twoNamesOfOneArray_oneTensorInMemory() throws IOException {
        Map<String, HostTensor> tensors =
                PdParams.read(Fixtures.path("p2_shared.pdparams")).tensors();
        List<HostTensor> distinct = new ArrayList<>();
        for (HostTensor tensor : tensors.values()) {
            if (distinct.stream().noneMatch(known -> known == tensor)) {
                distinct.add(tensor);
            }
        }
        assertThat(distinct).hasSize(tensors.size() - 1);
    }

    private static void assertExpected(StateDict state, JsonObject expected) {
        assertThat(state.tensors().keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        for (Map.Entry<String, JsonElement> next : expected.entrySet()) {
            HostTensor tensor = state.tensor(next.getKey());
            JsonObject stored = next.getValue().getAsJsonObject();
            List<Long> shape = new ArrayList<>();
            stored.getAsJsonArray("shape").forEach(size -> shape.add(size.getAsLong()));
            CRC32 crc = new CRC32();
            crc.update(tensor.bytes());
            assertThat(tensor.shape().getShape()).as(next.getKey()).containsExactly(array(shape));
            assertThat(tensor.dataType().toString().replace("boolean", "bool"))
                    .as(next.getKey())
                    .isEqualTo(requireNonNull(stored.get("dtype")).getAsString());
            assertThat(crc.getValue())
                    .as(next.getKey())
                    .isEqualTo(requireNonNull(stored.get("crc32LE")).getAsLong());
        }
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
