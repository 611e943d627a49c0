package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.ssld.cli.common.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Every path that any command takes, given wrongly: missing, a file for a folder, a folder for a
 * file, a pipe or a device, and one that cannot be read. The command fails before any work, with
 * one line in the words of the command line, and leaves the folder as it was.
 */
class PathArgumentsTest {

    /** Names of classes, and what systems and engines say. */
    private static final Pattern FOREIGN =
            Pattern.compile(
                    "\\w(Exception|Error)\\b|\\b(java|ai\\.djl|io\\.ssld|com\\.google)\\.\\w"
                            + "|PytorchStream|Is a directory|Not a directory|No such file"
                            + "|\\b(opt|set|add)[A-Z]\\w*|\\bnull\\b|\\bat \\w+\\.");

    @TempDir private static Path folder;

    private static PathArguments arguments;

    private static CommandLine line;

    private static Map<String, Long> before;

    @BeforeAll
    static void setUp() throws IOException {
        arguments = PathArguments.in(folder);
        before = contents();
        line = new CommandLine(new Ssld());
    }

    @TestFactory
    Stream<DynamicTest> path_givenWrongly_isOneLineInTheWordsOfTheCommandLine() {
        return commands(new CommandLine(new Ssld()).getCommandSpec()).stream()
                .flatMap(
                        command ->
                                PathArguments.paths(command).stream().map(a -> tests(command, a)))
                .flatMap(List::stream);
    }

    @Test
    void paths_ofAllCommands_areFound() {
        long found =
                commands(new CommandLine(new Ssld()).getCommandSpec()).stream()
                        .mapToLong(command -> PathArguments.paths(command).size())
                        .sum();
        assertThat(found).isGreaterThan(80);
    }

    @Test
    void path_withZero_isWrongUsage() {
        for (String line :
                List.of(
                        "train --train @ --val x --out x --model SmallMobileNet_x0_6",
                        "predict --model @ x",
                        "predict --model SmallMobileNet_x0_6=@.safetensors x",
                        "select within --pool x --out x --descriptor @")) {
            Ran ran = Ran.ssld(line.replace("@", "a\0b").split(" "));
            assertThat(ran.exit()).as(line).isEqualTo(2);
            assertThat(ran.err())
                    .hasLineCount(1)
                    .contains(
                            "Invalid value for option '--", " must be ", ", but was ", "a\\u0000b")
                    .doesNotContainPattern(FOREIGN);
        }
    }

    @Test
    void outputInFolderThatCannotBeWritten_isRefused() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        boolean administrator = Files.isWritable(closed);
        for (String name : List.of("x", "x/y/z")) {
            Ran ran =
                    Ran.ssld(
                            "select",
                            "ugi",
                            "--count",
                            "1",
                            "--pool",
                            folder.resolve("pool").toString(),
                            "--out",
                            closed.resolve(name).toString());
            // Nothing is closed to the administrator.
            assertThat(ran.exit()).as(ran.err()).isEqualTo(administrator ? 0 : 1);
            if (!administrator) {
                assertThat(ran.err())
                        .contains("--out must be in a folder that can be written, but " + closed);
            }
            Folders.delete(closed.resolve(name));
        }
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
        Folders.delete(closed);
    }

    @Test
    void help_besideWrongPath_isGiven() {
        Ran ran = Ran.ssld("zoo", "convert", "--from", folder.resolve("nothere") + "", "--help");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("--from=FILE");
    }

    private static List<CommandSpec> commands(CommandSpec root) {
        List<CommandSpec> all = new ArrayList<>();
        for (CommandLine each : root.subcommands().values()) {
            all.add(each.getCommandSpec());
            all.addAll(commands(each.getCommandSpec()));
        }
        return all;
    }

    private static List<DynamicTest> tests(CommandSpec command, ArgSpec argument) {
        String name = PathArguments.name(argument);
        List<DynamicTest> tests = new ArrayList<>();
        arguments
                .wrong(argument)
                .forEach(
                        (what, path) ->
                                tests.add(
                                        dynamicTest(
                                                "%s %s: %s"
                                                        .formatted(
                                                                command.qualifiedName(),
                                                                name,
                                                                what),
                                                () -> refused(command, argument, path))));
        return tests;
    }

    private static void refused(CommandSpec command, ArgSpec argument, String path)
            throws IOException {
        Ran ran = Ran.ssld(line, arguments.line(command, argument, path));
        Map<String, Long> after = contents();
        // What is left must not be in the way of others.
        for (String left : after.keySet().stream().sorted(Comparator.reverseOrder()).toList()) {
            if (!before.containsKey(left)) {
                Files.delete(folder.resolve(left));
            }
        }
        assertThat(ran.exit()).as(ran.err()).isIn(1, 2);
        assertThat(ran.err().lines()).as(ran.err()).hasSize(1);
        assertThat(ran.out()).as(ran.err()).isEmpty();
        assertThat(ran.err()).startsWith("ssld: ").hasSizeLessThanOrEqualTo(2010);
        String message = ran.err().strip().substring("ssld: ".length());
        // Of predict each file has a row: its path and the reason.
        if (!argument.paramLabel().equals("PATH")) {
            assertThat(message).contains(" must ").contains(", but ");
        }
        assertThat(message.replace(path, "")).doesNotContainPattern(FOREIGN);
        String shown = path.replaceFirst("^\\w+=", "");
        if (shown.isEmpty() || !message.contains(shown)) {
            assertThat(message).contains(PathArguments.name(argument));
        }
        assertThat(after).as(message).isEqualTo(before);
    }

    /** All that is in the folder, with its length. */
    private static Map<String, Long> contents() throws IOException {
        Map<String, Long> contents = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.toList()) {
                contents.put(
                        Objects.toString(folder.relativize(path)),
                        Files.isRegularFile(path) && !Files.isSymbolicLink(path)
                                ? Files.size(path)
                                : -1);
            }
        }
        return contents;
    }
}
