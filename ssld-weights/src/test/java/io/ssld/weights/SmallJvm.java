package io.ssld.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@link LoadFiles} in a JVM of its own. */
final class SmallJvm {

    private SmallJvm() {}

    /**
     * Loads files, and checks that this wrote nothing but the lines returned: no message of a
     * command that a file asks for, and no file where a command would leave one.
     */
    static List<String> load(Path folder, String heap, List<Path> files)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(property("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", property("java.class.path"), LoadFiles.class.getName()));
        files.forEach(file -> command.add(file.toString()));
        Path working = Files.createDirectory(folder.resolve("working"));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        int status =
                new ProcessBuilder(command)
                        .directory(working.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start()
                        .waitFor();
        assertThat(status).as(Files.readString(err)).isZero();
        assertThat(err).content().doesNotContain("hostile");
        try (var left = Files.list(working)) {
            assertThat(left).isEmpty();
        }
        return Files.readAllLines(out);
    }

    private static String property(String name) {
        return requireNonNull(System.getProperty(name), name);
    }
}
