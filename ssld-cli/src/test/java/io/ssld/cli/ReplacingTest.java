package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.report.Provenance;
import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is in an output folder is lost by no command: it is replaced by something whole, or stays.
 */
class ReplacingTest {

    private static final String NETWORK = "SmallMobileNet_x0_6";

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        ColouredSquares.write(folder);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Ran run(String command, String out, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--out", path(out)));
        args.addAll(Arrays.asList(more));
        String[] usual = {
            "--train",
            path("train"),
            "--val",
            path("val"),
            "--size",
            "28",
            "--short-side",
            "28",
            "--batch",
            "6",
            "--workers",
            "1",
            "--epochs",
            "1"
        };
        for (int i = 0; i < usual.length; i += 2) {
            if (!args.contains(usual[i])) {
                args.addAll(List.of(usual[i], usual[i + 1]));
            }
        }
        return Ran.ssld(args.toArray(new String[0]));
    }

    private void train(String out, String... more) {
        List<String> args = new ArrayList<>(List.of("--model", NETWORK));
        args.addAll(Arrays.asList(more));
        Ran ran = run("train", out, args.toArray(new String[0]));
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    /** All files below a folder with their contents; a lock is no content. */
    private Map<String, String> contents(String name) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder.resolve(name))) {
            for (Path file : walk.toList()) {
                boolean counts = !file.endsWith(FolderLock.NAME);
                if (counts) {
                    contents.put(
                            folder.relativize(file).toString(),
                            Files.isRegularFile(file)
                                    ? HexFormat.of().formatHex(Files.readAllBytes(file))
                                    : "");
                }
            }
        }
        return contents;
    }

    private static void failed(Ran ran, int exit, String text) {
        assertThat(ran.exit()).as(ran.err()).isEqualTo(exit);
        assertThat(ran.err()).contains(text);
    }

    @Test
    void force_commandThatFails_leavesTheEarlierRunAsItWas() throws Exception {
        train("old");
        train("given");
        Files.createDirectory(folder.resolve("foreign"));
        Files.writeString(folder.resolve("foreign/notes.txt"), "mine");
        Map<String, String> before = contents("old");
        String[] network = {"--model", NETWORK, "--force"};
        failed(run("train", "old", with(network, "--train", path("none.txt"))), 1, "none.txt");
        failed(run("train", "old", with(network, "--val", path("none.txt"))), 1, "none.txt");
        failed(run("train", "old", with(network, "--workers", "0")), 2, "--workers");
        failed(
                run("train", "old", with(network, "--batch", "100")),
                1,
                "images must be at least 100");
        failed(run("train", "old", with(network, "--save-every", "0")), 2, "must be");
        failed(run("train", "old", with(network, "--resume")), 2, "--resume must not go with");
        failed(
                run(
                        "distill",
                        "old",
                        "--force",
                        "--resume",
                        "--teacher",
                        path("old/model"),
                        "--student",
                        NETWORK),
                2,
                "--resume must not go with --force");
        failed(
                run("distill", "old", "--force", "--labels", path("foreign"), "--student", NETWORK),
                1,
                "foreign");
        failed(
                run(
                        "distill",
                        "old",
                        "--force",
                        "--teacher",
                        path("given/model"),
                        "--student",
                        NETWORK,
                        "--unlabelled",
                        path("none.txt")),
                1,
                "none.txt");
        String[] tune = {"--force", "--model", path("given/model")};
        failed(run("finetune", "old", with(tune, "--freeze", "blocks9")), 1, "freezing prefix");
        failed(
                run("finetune", "old", with(tune, "--batch", "100")),
                1,
                "images must be at least 100");
        failed(run("finetune", "old", with(tune, "--resume")), 2, "--resume must not go with");
        failed(run("search", "old", with(network, "--resume")), 2, "--resume must not go with");
        // Not of its kind.
        failed(run("search", "old", network), 1, "holds no search.json");
        failed(
                Ran.ssld(
                        "evaluate",
                        "--model",
                        path("given/model"),
                        "--val",
                        path("val"),
                        "--out",
                        path("old"),
                        "--force"),
                1,
                "holds no results.json");
        assertThat(contents("old")).isEqualTo(before);
        try (Stream<Path> names = Files.list(folder)) {
            assertThat(names.map(name -> name.getFileName().toString()))
                    .containsExactlyInAnyOrder("given", "old", "foreign", "train", "val", "pool");
        }
        // With something in it that is not the run's.
        Files.writeString(folder.resolve("old/checkpoints/notes.txt"), "mine");
        failed(run("train", "old", network), 1, "notes.txt");
        Files.delete(folder.resolve("old/checkpoints/notes.txt"));
        // Somebody trains in it.
        try (FolderLock busy = FolderLock.tryAcquire(folder.resolve("old"))) {
            assertThat(busy).isNotNull();
            failed(run("train", "old", network), 1, "must not be in use");
        }
        assertThat(contents("old")).isEqualTo(before);
        train("old", "--force", "--seed", "9");
        assertThat(contents("old")).isNotEqualTo(before);
        assertThat(folder.resolve("old.earlier")).doesNotExist();
        assertThat(folder.resolve("foreign/notes.txt")).hasContent("mine");
    }

    private static String[] with(String[] args, String... more) {
        return Stream.of(args, more).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void finetuneForce_folderOfRuns_isRefused() throws Exception {
        train("base");
        train("runs/teacher");
        train("runs/student");
        Map<String, String> before = contents("runs");
        String[] tune = {"--model", path("base/model"), "--force"};
        failed(run("finetune", "runs", tune), 1, "must name the folder of an earlier");
        failed(
                run("finetune", "runs", with(tune, "--teacher", NETWORK + "=random")),
                1,
                "must name the folder of an earlier");
        assertThat(contents("runs")).isEqualTo(before);
        // Nor does a fine-tuning begin among them.
        failed(
                run(
                        "finetune",
                        "runs",
                        "--model",
                        path("runs/teacher/model"),
                        "--teacher",
                        NETWORK + "=" + path("runs/teacher/model/model.safetensors")),
                1,
                "must be a new or empty folder");
        assertThat(contents("runs")).isEqualTo(before);
    }

    @Test
    void train_classNameThatNoModelCanHave_isRefusedBeforeTheFirstStep() throws Exception {
        for (String part : List.of("train", "val")) {
            Files.move(folder.resolve(part + "/blue"), folder.resolve(part + "/blue "));
        }
        failed(run("train", "run", "--model", NETWORK), 1, "'blue '");
        failed(
                run("distill", "run", "--teacher", NETWORK + "=random", "--student", NETWORK),
                1,
                "'blue '");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    /** As a kill between the last step and the last file leaves a run. */
    @Test
    void resume_runThatLacksItsModel_makesIt() throws Exception {
        train("run");
        Map<String, String> whole = contents("run/model");
        whole.keySet().removeIf(name -> name.endsWith(".json") || name.endsWith("README.md"));
        Path run = folder.resolve("run");
        // As earlier versions left it: complete, but for the model.
        deleteModel(run);
        assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.COMPLETE);
        train("run", "--resume");
        assertThat(contents("run/model")).containsAllEntriesOf(whole);
        // As a kill leaves it: the model is there, or half of one, and nothing says complete.
        Files.delete(run.resolve("provenance.json"));
        assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.INTERRUPTED);
        Path half =
                Files.createDirectory(
                        run.resolve(".model.01234567-89ab-cdef-0123-456789abcdef.partial"));
        Files.writeString(half.resolve("synset.txt"), "blue");
        Files.writeString(
                run.resolve(
                        "checkpoints/.step-000000000008.safetensors"
                                + ".01234567-89ab-cdef-0123-456789abcdef.tmp"),
                "half");
        train("run", "--resume");
        assertThat(contents("run/model")).containsAllEntriesOf(whole);
        assertThat(RunStatus.isComplete(run)).isTrue();
        assertThat(half).doesNotExist();
        assertThat(contents("run").keySet()).noneMatch(name -> name.endsWith(".tmp"));
        assertThat(run.resolve("model/provenance.json"))
                .hasSameBinaryContentAs(run.resolve("provenance.json"));
        failed(run("train", "run", "--model", NETWORK, "--resume"), 1, "is complete");
    }

    private static void deleteModel(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("model"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(run.resolve("model"));
    }

    @Test
    void resume_folderThatHoldsNoRun_isRefusedAndStays() throws Exception {
        Path page = folder.resolve("mine/report.html");
        Files.createDirectories(page.getParent());
        Files.writeString(page, "mine");
        failed(run("train", "mine", "--model", NETWORK, "--resume"), 1, "holds other files");
        assertThat(page).hasContent("mine");
        Files.writeString(folder.resolve("file"), "mine");
        failed(run("train", "file", "--model", NETWORK), 1, "--out must be a folder, but");
        failed(run("train", "file", "--model", NETWORK, "--force"), 1, "is a file");
        failed(run("train", "file/run", "--model", NETWORK, "--resume"), 1, "is a file");
        assertThat(folder.resolve("file")).hasContent("mine");
    }

    @Test
    void provenance_namesTheCommandWithoutSecrets() throws Exception {
        train("run", "--recipe", "supervised");
        List<String> line = Provenance.read(folder.resolve("run/provenance.json")).commandLine();
        assertThat(line).startsWith("train", "--out").contains("--recipe", "supervised", NETWORK);
        assertThat(line).noneMatch(word -> word.contains(folder.toString()));
    }

    @Test
    void runs_badAndOtherFiles_areRowsAmongTheOthers() throws Exception {
        train("runs/good");
        write("runs/empty/run.json", "");
        write("runs/list/run.json", "[\"pool 1\"]");
        write("runs/lacking/run.json", "{\"state\": \"RUNNING\"}");
        write("runs/other/run.json", "{\"state\": 7, \"student\": []}");
        write("runs/cut/run.json", "{\"state\": \"COMPL");
        Files.write(
                Files.createDirectory(folder.resolve("runs/bytes")).resolve("run.json"),
                new byte[] {'"', (byte) 0xff, (byte) 0xfe});
        try (var large =
                Files.newByteChannel(
                        Files.createDirectory(folder.resolve("runs/large")).resolve("run.json"),
                        java.nio.file.StandardOpenOption.CREATE_NEW,
                        java.nio.file.StandardOpenOption.WRITE)) {
            large.position(1L << 31).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        Ran ran = Ran.ssld("runs", path("runs"));
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines().filter(line -> line.startsWith("good ")))
                .singleElement()
                .asString()
                .contains("complete");
        for (String bad : List.of("empty", "lacking", "other", "cut", "bytes", "large")) {
            assertThat(ran.out().lines().filter(line -> line.startsWith(bad + " ")))
                    .singleElement()
                    .asString()
                    .contains("unreadable", "run.json");
        }
        // What a mining run depends on, as earlier versions called it.
        assertThat(ran.out().lines().filter(line -> line.startsWith("list "))).isEmpty();
        assertThat(Ran.ssld("runs", path("runs"), "--json").out())
                .contains("\"UNREADABLE\"", "\"COMPLETE\"");
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }
}
