package io.ssld.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of the test resources that are broken, or want a command run. */
class HostilePdParamsTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    os_system_p2    | GLOBAL at byte 18 must name what arrays and plain containers
                    os_system_first | but named 'os.system'; do not trust this file
                    os_system_p4    | STACK_GLOBAL at byte
                    eval            | but named '__builtin__.eval'
                    inst            | must be one that arrays are made of, but was 0x69
                    """)
    void read_badFile_faultNamed(String name, String message) {
        Path file = Fixtures.path("bad_" + name + ".pdparams");
        assertThatExceptionOfType(MalformedWeightsException.class)
                .isThrownBy(() -> PdParams.read(file))
                .withMessageStartingWith(file + ": ")
                .withMessageContaining(message);
    }

    /** All of them in a JVM of its own with little memory, which a leak or a command would show. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void read_allBadFilesInASmallJvm_quicklyRefusedAndNothingRun() throws Exception {
        List<String> names = Fixtures.rejected();
        List<Path> files = names.stream().map(Fixtures::path).toList();
        List<String> output = SmallJvm.load(folder, "256m", files);

        Map<String, String> outcomes = new TreeMap<>();
        for (String line : output.subList(0, output.size() - 1)) {
            String[] parts = line.split("\\t", 3);
            assertThat(Long.parseLong(parts[0])).as(line).isLessThan(1000);
            outcomes.put(parts[1], parts[2]);
        }
        assertThat(outcomes.keySet()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(outcomes.values())
                .allSatisfy(
                        outcome ->
                                assertThat(outcome)
                                        .startsWith(MalformedWeightsException.class.getName())
                                        .contains(" must "));
        assertThat(output).last().isEqualTo("0\tchildren");
    }

    @Test
    void read_noFile_anotherException() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PdParams.read(folder.resolve("none.pdparams")))
                .isNotInstanceOf(MalformedWeightsException.class);
    }
}
