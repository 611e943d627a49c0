package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ctrl-C where people press it: on a terminal, while a progress bar is on it. The terminal is made
 * by {@code script} of util-linux, which must be there; a pipe instead would prove nothing.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "script takes other arguments elsewhere")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CtrlCTest {

    private static final int CONTROL_C = 3;

    /** A bar: its task and its percentage. */
    private static final String BAR = "(?s).*\\r[^\\r]* [0-9]+%.*";

    @TempDir private static Path folder;

    @BeforeAll
    static void makeImagesAndAModel() throws IOException {
        ColouredSquares.write(folder);
        Ran ran =
                Ran.ssld(
                        args("train", "base", "--model", "SmallMobileNet_x0_6", "--epochs", "1")
                                .toArray(new String[0]));
        assertThat(ran.exit()).as(ran.err()).isZero();
        // So many that mining them takes a while.
        Path many = Files.createDirectories(folder.resolve("many"));
        for (int i = 0; i < 6000; i++) {
            Files.createLink(
                    many.resolve(String.format(Locale.ROOT, "%05d.png", i)),
                    folder.resolve("pool").resolve(i % 24 + ".png"));
        }
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static List<String> args(String command, String out, String... more) {
        List<String> args = new ArrayList<>(List.of(command));
        args.addAll(List.of("--train", path("train"), "--val", path("val"), "--out", path(out)));
        args.addAll(List.of("--size", "28", "--short-side", "28", "--batch", "6"));
        args.addAll(List.of("--workers", "1"));
        args.addAll(Arrays.asList(more));
        return args;
    }

    /** What the terminal showed, after Ctrl-C was pressed as soon as it showed a bar. */
    private static String pressedAtTheBar(List<String> args) throws Exception {
        List<String> java =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-Dssld.terminal=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Ssld.class.getName()));
        java.addAll(args);
        String line = java.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        // -e: the exit code is that of the command.
        Process process =
                new ProcessBuilder("script", "-qefc", "exec " + line, "/dev/null")
                        .redirectErrorStream(true)
                        .start();
        StringBuilder shown = new StringBuilder();
        try (OutputStream keys = process.getOutputStream();
                InputStream screen = process.getInputStream()) {
            boolean pressed = false;
            byte[] bytes = new byte[4096];
            for (int n = screen.read(bytes); n >= 0; n = screen.read(bytes)) {
                shown.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
                if (!pressed && shown.toString().matches(BAR)) {
                    pressed = true;
                    keys.write(CONTROL_C);
                    keys.flush();
                }
            }
            assertThat(pressed).as("a bar on the terminal: %s", shown).isTrue();
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroy();
        }
        assertThat(process.exitValue()).as("%s", shown).isEqualTo(130);
        return shown.toString();
    }

    private static void stopsWithACheckpoint(String run, List<String> args) throws Exception {
        String shown = pressedAtTheBar(args);
        assertThat(shown)
                .contains("was asked to stop and did after step")
                .containsPattern("ssld " + args.get(0) + " --train [^\\r]*" + " --resume");
        Path left = folder.resolve(run);
        assertThat(RunStatus.read(left).state()).isEqualTo(RunStatus.State.STOPPED);
        assertThat(left.resolve("checkpoints")).isNotEmptyDirectory();
    }

    @Test
    void train() throws Exception {
        stopsWithACheckpoint(
                "train1",
                args("train", "train1", "--model", "SmallMobileNet_x0_6", "--epochs", "9999"));
    }

    @Test
    void distill() throws Exception {
        stopsWithACheckpoint(
                "distill1",
                args(
                        "distill",
                        "distill1",
                        "--teacher",
                        path("base/model"),
                        "--student",
                        "SmallMobileNet_x0_6",
                        "--epochs",
                        "9999"));
    }

    @Test
    void finetune() throws Exception {
        stopsWithACheckpoint(
                "finetune1",
                args("finetune", "finetune1", "--model", path("base/model"), "--epochs", "9999"));
    }

    @Test
    void search() throws Exception {
        List<String> args =
                args("search", "search1", "--model", "SmallMobileNet_x0_6", "--epochs", "9999");
        String shown = pressedAtTheBar(args);
        assertThat(shown).contains("was asked to stop and did after step").contains(" --resume");
        assertThat(folder.resolve("search1/best.json")).doesNotExist();
    }

    @Test
    void labelRecord() throws Exception {
        String shown =
                pressedAtTheBar(
                        List.of(
                                "label",
                                "record",
                                "--model",
                                path("base/model"),
                                "--train",
                                path("train"),
                                "--out",
                                path("store"),
                                "--views",
                                "20000",
                                "--workers",
                                "1"));
        assertThat(shown)
                .contains("stopped; what is done is kept, go on with: ssld label record --model")
                .contains(" --resume");
        assertThat(folder.resolve("store/segment-000000.journal")).isNotEmptyFile();
        assertThat(folder.resolve("store/store.json")).doesNotExist();
    }

    @Test
    void selectRun() throws Exception {
        String shown =
                pressedAtTheBar(
                        List.of(
                                "select",
                                "run",
                                "--model",
                                path("base/model"),
                                "--pool",
                                path("many"),
                                "--labelled",
                                path("train"),
                                "--val",
                                path("val"),
                                "--k",
                                "4",
                                "--size",
                                "28",
                                "--workers",
                                "1",
                                "--out",
                                path("mined")));
        assertThat(shown)
                .contains("stopped; what is done is kept, go on with: ssld select run --model")
                .contains(" --resume");
        assertThat(folder.resolve("mined/summary.json")).doesNotExist();
    }
}
