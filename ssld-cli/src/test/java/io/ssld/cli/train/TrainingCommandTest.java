package io.ssld.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.base.internal.report.Provenance;
import io.ssld.cli.ColouredSquares;
import io.ssld.cli.Ran;
import io.ssld.cli.Ssld;
import io.ssld.core.run.RunStatus;
import io.ssld.core.train.LossScale;
import io.ssld.core.train.Recipe;
import io.ssld.engine.Precision;
import io.ssld.engine.internal.kernels.Processor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code train}, {@code distill} and {@code runs} on coloured squares. */
class TrainingCommandTest {

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        ColouredSquares.write(folder);
    }

    private List<String> args(String command, String out, String... more) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                command,
                                "--train",
                                folder.resolve("train").toString(),
                                "--val",
                                folder.resolve("val").toString(),
                                "--out",
                                folder.resolve(out).toString(),
                                "--size",
                                "28",
                                "--short-side",
                                "28",
                                "--batch",
                                "6",
                                "--workers",
                                "1"));
        args.addAll(Arrays.asList(more));
        return args;
    }

    private static Ran run(List<String> args) {
        return Ran.ssld(args.toArray(new String[0]));
    }

    private void makeTeacher() {
        Ran ran =
                run(
                        args(
                                "train",
                                "teacher",
                                "--model",
                                "SmallMobileNet_x0_6",
                                "--epochs",
                                "6",
                                "--lr",
                                "0.05",
                                "--seed",
                                "3"));
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    @Test
    void train_thenDistill_leaveRunsAndModels() throws Exception {
        makeTeacher();
        Path teacher = folder.resolve("teacher");
        assertThat(teacher.resolve("recipe.yaml"))
                .content()
                .contains("name: supervised", "seed: 3", "learningRate: 0.05");
        assertThat(teacher.resolve("model/synset.txt")).content().startsWith("blue");

        Ran ran =
                run(
                        args(
                                "distill",
                                "student",
                                "--teacher",
                                teacher.resolve("model").toString(),
                                "--student",
                                "SmallMobileNet_x0_6",
                                "--unlabelled",
                                folder.resolve("pool").toString(),
                                "--epochs",
                                "3",
                                "--ema",
                                "0.9",
                                "--json"));
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("\"teacherTop1\"", "\"agreement\"", "\"epochs\": 3");
        assertThat(ran.err()).contains("name: ssld", "averaged");
        Path student = folder.resolve("student");
        assertThat(student.resolve("metrics.csv")).exists();
        assertThat(student.resolve("student-raw-0000.params")).exists();
        assertThat(student.resolve("best-0000.params")).exists();
        assertThat(student.resolve("model/README.md")).content().contains("agreement");
        assertThat(student.resolve("provenance.json")).content().contains(": 48");

        Ran runs = Ran.ssld("runs", folder.toString());
        assertThat(runs.exit()).isZero();
        assertThat(runs.out()).contains("student", "teacher", "complete", "3/3", "6/6");
        Ran json = Ran.ssld("runs", folder.toString(), "--json");
        assertThat(json.out()).contains("\"state\": \"COMPLETE\"");
    }

    @Test
    void train_autoTune_tellsWhatItChose() throws Exception {
        List<String> line =
                args("train", "tuned", "--model", "SmallMobileNet_x0_6", "--epochs", "1");
        int workers = line.indexOf("--workers");
        line.subList(workers, workers + 2).clear();
        line.add("--auto-tune");
        Ran ran = run(line);
        assertThat(ran.exit()).as(ran.err()).isZero();
        Provenance.WorkerFacts facts =
                Objects.requireNonNull(
                        Provenance.read(folder.resolve("tuned/provenance.json")).workers());
        assertThat(facts.reason())
                .isEqualTo(
                        Runtime.getRuntime().availableProcessors() == 1
                                ? "there is one processor"
                                : "the fewest within 3 % of the fastest");
        Ran again =
                run(
                        args(
                                "train",
                                "byHand",
                                "--model",
                                "SmallMobileNet_x0_6",
                                "--epochs",
                                "1",
                                "--auto-tune"));
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(Provenance.read(folder.resolve("byHand/provenance.json")).workers())
                .isEqualTo(new Provenance.WorkerFacts(1, "set by hand", Map.of()));
        assertThat(folder.resolve("tuned/model/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("byHand/model/model.safetensors"));
    }

    /** In 32 bits only where the processor has no bfloat16, and then the files say so. */
    @Test
    void train_precision_isUsedAndTold() throws Exception {
        makeTeacher();
        for (String precision : List.of("bfloat16", "FLOAT16", "float32")) {
            Ran ran =
                    run(
                            args(
                                    "train",
                                    precision,
                                    "--model",
                                    "SmallMobileNet_x0_6",
                                    "--epochs",
                                    "6",
                                    "--lr",
                                    "0.05",
                                    "--seed",
                                    "3",
                                    "--precision",
                                    precision));
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertPrecision(folder.resolve(precision), precision);
            boolean wide = told(folder.resolve(precision)).startsWith("FLOAT32");
            assertThat(sameModel(precision, "teacher")).isEqualTo(wide);
        }
    }

    @Test
    void distill_precision_isUsedAndTold() throws Exception {
        makeTeacher();
        for (String precision : List.of("bfloat16", "float16")) {
            Ran ran =
                    run(
                            args(
                                    "distill",
                                    precision,
                                    "--teacher",
                                    folder.resolve("teacher/model").toString(),
                                    "--student",
                                    "SmallMobileNet_x0_6",
                                    "--epochs",
                                    "2",
                                    "--precision",
                                    precision));
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertPrecision(folder.resolve(precision), precision);
        }
        assertThat(sameModel("bfloat16", "float16")).isFalse();
    }

    private static String told(Path run) throws IOException {
        return Provenance.read(run.resolve("provenance.json")).precision();
    }

    private boolean sameModel(String one, String other) throws IOException {
        String model = "model/model.safetensors";
        return Files.mismatch(
                        folder.resolve(one).resolve(model), folder.resolve(other).resolve(model))
                < 0;
    }

    private static void assertPrecision(Path run, String asked) throws IOException {
        String wanted = asked.toUpperCase(Locale.ROOT);
        boolean known = wanted.equals("FLOAT16") ? Processor.hasFloat16() : Processor.hasBfloat16();
        String expected =
                switch (wanted) {
                    case "FLOAT16" ->
                            known
                                    ? "FLOAT16"
                                    : "FLOAT16, slower than FLOAT32: "
                                            + Processor.lack(Precision.FLOAT16);
                    case "BFLOAT16" ->
                            known
                                    ? "BFLOAT16"
                                    : "FLOAT32, not BFLOAT16: "
                                            + Processor.lack(Precision.BFLOAT16);
                    default -> "FLOAT32";
                };
        assertThat(told(run)).isEqualTo(expected);
        RunStatus status = RunStatus.read(run);
        assertThat(status.precision()).isEqualTo(expected);
        Provenance.ScaleFacts scale = Provenance.read(run.resolve("provenance.json")).lossScale();
        if (wanted.equals("FLOAT16")) {
            LossScale last = status.lossScale().orElseThrow();
            assertThat(last.goodSteps()).isPositive();
            assertThat(scale)
                    .isEqualTo(new Provenance.ScaleFacts(last.scale(), last.skippedSteps()));
        } else {
            assertThat(status.lossScale()).isEmpty();
            assertThat(scale).isNull();
        }
    }

    @Test
    void train_configOfAnEarlierRun_givesTheSameNetwork() throws Exception {
        makeTeacher();
        Path recipe = folder.resolve("teacher/recipe.yaml");
        Ran ran =
                Ran.ssld(
                        "train",
                        "--model",
                        "SmallMobileNet_x0_6",
                        "--config",
                        recipe.toString(),
                        "--train",
                        folder.resolve("train").toString(),
                        "--val",
                        folder.resolve("val").toString(),
                        "--out",
                        folder.resolve("again").toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(folder.resolve("again/recipe.yaml")).hasSameTextualContentAs(recipe);
        assertThat(folder.resolve("again/model/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("teacher/model/model.safetensors"));
    }

    @Test
    void train_runFolderInUse_isKeptUnlessForced() {
        makeTeacher();
        Ran again = run(args("train", "teacher", "--model", "SmallMobileNet_x0_6"));
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("--out must be a new or empty folder");
        Ran resumed = run(args("train", "teacher", "--model", "SmallMobileNet_x0_6", "--resume"));
        assertThat(resumed.exit()).isEqualTo(1);
        assertThat(resumed.err()).contains("is complete");
        Ran forced =
                run(
                        args(
                                "train",
                                "teacher",
                                "--model",
                                "SmallMobileNet_x0_6",
                                "--epochs",
                                "1",
                                "--force"));
        assertThat(forced.exit()).as(forced.err()).isZero();
    }

    @Test
    void wrongArguments_areOneLine() throws Exception {
        Path bad = folder.resolve("bad.yaml");
        String whole = RecipeYaml.text(Recipe.supervised().build());
        Files.writeString(bad, whole.replace("epochs: 360", "epochs: many"));
        Path unknown = folder.resolve("unknown.yaml");
        Files.writeString(unknown, whole + "epoch: 3\n");
        failed(
                1,
                "epochs",
                args("train", "x", "--model", "SmallMobileNet_x0_6", "--config", bad + ""));
        failed(
                1,
                "epoch",
                args("train", "x", "--model", "SmallMobileNet_x0_6", "--config", unknown + ""));
        failed(
                2,
                "recipe",
                args("train", "x", "--model", "SmallMobileNet_x0_6", "--recipe", "sslld"));
        failed(2, "epochs", args("train", "x", "--model", "SmallMobileNet_x0_6", "--epochs", "0"));
        failed(
                2,
                "--classes",
                args("train", "x", "--model", "SmallMobileNet_x0_6", "--classes", "0"));
        failed(
                2,
                "--temperature",
                args(
                        "distill",
                        "x",
                        "--teacher",
                        "SmallMobileNet_x0_6",
                        "--student",
                        "SmallMobileNet_x0_6",
                        "--temperature",
                        "4"));
        failed(
                2,
                "must be float32, bfloat16 or float16, but was half",
                args("train", "x", "--model", "SmallMobileNet_x0_6", "--precision", "half"));
        failed(1, "there is no folder", List.of("runs", folder.resolve("none").toString()));
        Files.move(folder.resolve("val/blue"), folder.resolve("val/cyan"));
        failed(1, "same classes", args("train", "x", "--model", "SmallMobileNet_x0_6"));
        assertThat(folder.resolve("x")).doesNotExist();
    }

    private static void failed(int exit, String text, List<String> args) {
        Ran ran = run(args);
        assertThat(ran.exit()).as("%s: %s", args, ran.err()).isEqualTo(exit);
        assertThat(ran.err().lines().filter(line -> line.startsWith("ssld: ")))
                .singleElement()
                .asString()
                .contains(text);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
    void train_terminated_savesAndSaysHowToResume() throws Exception {
        List<String> args =
                args(
                        "train",
                        "run",
                        "--model",
                        "SmallMobileNet_x0_6",
                        "--epochs",
                        "400",
                        "--seed",
                        "1");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Ssld.class.getName()));
        command.addAll(args);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> told = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.add(line);
                if (line.contains("epoch 2/400")) {
                    process.toHandle().destroy();
                }
            }
        }
        assertThat(process.waitFor()).as("%s", told).isEqualTo(143);
        assertThat(told)
                .anyMatch(line -> line.contains("was asked to stop") && line.contains("resume"));
        Ran runs = Ran.ssld("runs", folder.toString());
        assertThat(runs.out()).contains("stopped");
        assertThat(folder.resolve("run/provenance.json")).doesNotExist();
        assertThat(folder.resolve("run/checkpoints")).isNotEmptyDirectory();
    }

    @Test
    void classesOfOtherSources_areMatchedByName() throws Exception {
        Path model = folder.resolve("model");
        Ran tuned = run(args("train", "run", "--model", "SmallMobileNet_x0_6", "--epochs", "1"));
        assertThat(tuned.exit()).as(tuned.err()).isZero();
        Files.move(folder.resolve("run/model"), model);
        List<String> names = Files.readAllLines(model.resolve("synset.txt"));
        Collections.reverse(names);
        Files.write(model.resolve("synset.txt"), names);

        for (List<String> line :
                List.of(
                        args("train", "other", "--model", model.toString(), "--epochs", "1"),
                        args(
                                "distill",
                                "other",
                                "--teacher",
                                model.toString(),
                                "--student",
                                "SmallMobileNet_x0_6",
                                "--epochs",
                                "1"))) {
            Ran ran = run(line);
            assertThat(ran.exit()).as(ran.err()).isEqualTo(1);
            assertThat(ran.err())
                    .contains("are in another order: class 0 is '" + names.get(0) + "' and 'blue'");
        }
    }

    @Test
    void train_emptyClass_andMissingImages_areTold() throws Exception {
        Path dog = Files.createDirectories(folder.resolve("train/dog"));
        List<String> args = args("train", "run", "--model", "SmallMobileNet_x0_6", "--epochs", "1");
        Files.createDirectories(folder.resolve("val/dog"));
        Ran empty = run(args);
        assertThat(empty.exit()).as(empty.err()).isEqualTo(1);
        assertThat(empty.err()).contains("none of class 1 'dog'");

        for (int i = 0; i < 5; i++) {
            Files.createSymbolicLink(dog.resolve(i + ".jpg"), Path.of("nowhere.jpg"));
        }
        Ran dangling = run(args);
        assertThat(dangling.exit()).as(dangling.err()).isEqualTo(1);
        assertThat(dangling.err())
                .contains(
                        "5 of ",
                        "0.jpg: link leads to nowhere.jpg, which is not there",
                        "add --allow-missing");
        args.add("--allow-missing");
        assertThat(run(args).err()).contains("none of class 1 'dog'");
    }

    @Test
    void predict_linkToItsOwnFolder_answersEachImageOnce() throws Exception {
        Path train = folder.resolve("train");
        Files.createSymbolicLink(train.resolve("blue/loop"), Path.of(".."));
        Files.createDirectories(train.resolve("blue/@eaDir"));
        Files.writeString(train.resolve("blue/@eaDir/t.jpg"), "a thumbnail");
        Ran ran =
                Ran.ssld(
                        "predict",
                        "--model",
                        "SmallMobileNet_x0_6=random",
                        "--classes",
                        "3",
                        "--json",
                        train.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).hasSize(24);
        assertThat(ran.err()).contains("left out 1 hidden", "@eaDir", "blue/loop leads back to");
    }
}
