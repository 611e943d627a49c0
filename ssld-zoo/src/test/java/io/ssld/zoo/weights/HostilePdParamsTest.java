package io.ssld.zoo.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<String> output = loadInSmallJvm(names);

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

    private List<String> loadInSmallJvm(List<String> names) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp", classPath()));
        command.add(LoadFiles.class.getName());
        names.forEach(name -> command.add(Fixtures.path(name).toString()));
        Path working = Files.createDirectory(folder.resolve("working"));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(working.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(err)).isZero();
        // The commands in the files would write there; a class of theirs would leave a file here.
        assertThat(err).content().doesNotContain("hostile");
        try (var left = Files.list(working)) {
            assertThat(left).isEmpty();
        }
        return Files.readAllLines(out);
    }

    private static String classPath() {
        return requireNonNull(System.getProperty("java.class.path"));
    }

    @Test
    void read_noFile_anotherException() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PdParams.read(folder.resolve("none.pdparams")))
                .isNotInstanceOf(MalformedWeightsException.class);
    }
}
