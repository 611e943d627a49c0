package io.ssld.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.cli.Ran;
import io.ssld.cli.Ssld;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.core.run.RunStatus;
import io.ssld.core.search.SearchEnd;
import io.ssld.engine.internal.Parameters;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code search} on coloured squares. */
class SearchCommandTest {

    private static final List<String> CLASSES = List.of("blue", "red");
    private static final Color[] COLOURS = {Color.BLUE, Color.RED};

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        Random random = new Random(3);
        for (String part : List.of("train", "val")) {
            for (int i = 0; i < 12; i++) {
                BufferedImage image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = image.createGraphics();
                graphics.setColor(Color.GRAY);
                graphics.fillRect(0, 0, 24, 24);
                graphics.setColor(COLOURS[i % 2]);
                graphics.fillRect(random.nextInt(8), random.nextInt(8), 14, 14);
                graphics.dispose();
                Path place = folder.resolve(part).resolve(CLASSES.get(i % 2));
                Files.createDirectories(place);
                ImageIO.write(image, "png", place.resolve(i + ".png").toFile());
            }
        }
    }

    private Ran search(String... more) {
        return Ran.ssld(args(more).toArray(new String[0]));
    }

    private List<String> args(String... more) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "search",
                                "--model",
                                "SmallMobileNet_x0_6",
                                "--root",
                                folder.toString(),
                                "--train",
                                folder.resolve("train").toString(),
                                "--val",
                                folder.resolve("val").toString(),
                                "--classes",
                                "2",
                                "--out",
                                out().toString(),
                                "--size",
                                "24",
                                "--short-side",
                                "24",
                                "--batch",
                                "6",
                                "--workers",
                                "1"));
        args.addAll(Arrays.asList(more));
        if (!args.contains("--epochs")) {
            args.addAll(List.of("--epochs", "1"));
        }
        return args;
    }

    private Path out() {
        return folder.resolve("search");
    }

    private List<String> runs() throws IOException {
        try (Stream<Path> runs = Files.list(out().resolve("runs"))) {
            return runs.map(run -> run.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void search_thenResume_runsNoTrialTwiceAndItsRecipeTrains() throws Exception {
        String[] values = {
            "--rates",
            "0.02,0.05",
            "--sizes",
            "20",
            "--randaugment",
            "none",
            "--erasing",
            "0.25",
            "--multipliers",
            "stem=0.1,unit1=0.5",
            "--lr",
            "0.05",
            "--seed",
            "5"
        };
        Ran first = search(with(values, "--budget", "2", "--json"));
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out()).contains("\"end\": \"" + SearchEnd.TRIALS + "\"", "\"trials\": 2");
        assertThat(first.err()).contains("trial 1 of 5: learning rate 0.05", "trial 2 of 5");
        List<String> before = runs();
        assertThat(before).hasSize(2);
        assertThat(out().resolve("runs").resolve(before.get(0)).resolve("checkpoints"))
                .doesNotExist();

        // As if killed between the end of a training and the note about it.
        Path noted = out().resolve("trials").resolve(before.get(1) + ".json");
        Files.delete(noted);
        Ran resumed = search(with(values, "--resume"));
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertThat(resumed.err().lines().filter(line -> line.contains("epoch 1/1"))).hasSize(3);
        assertThat(resumed.err()).contains("(known)");
        assertThat(noted).exists();
        assertThat(runs()).hasSize(5).containsAll(before);
        assertThat(resumed.out())
                .contains(
                        "learning rate\n  0.05",
                        "training size\n  24",
                        "erasing probability",
                        "learning rate multipliers",
                        "stem 0.1, unit1 0.5",
                        "after 5 trials",
                        "every candidate was tried");
        assertThat(out().resolve("report.html")).content().contains("<svg");

        Ran trained =
                Ran.ssld(
                        "train",
                        "--model",
                        "SmallMobileNet_x0_6",
                        "--config",
                        out().resolve("best.json").toString(),
                        "--train",
                        folder.resolve("train").toString(),
                        "--val",
                        folder.resolve("val").toString(),
                        "--out",
                        folder.resolve("trained").toString());
        assertThat(trained.exit()).as(trained.err()).isZero();
        assertThat(folder.resolve("trained/recipe.yaml")).content().contains("seed: 5");
    }

    private static String[] with(String[] values, String... more) {
        return Stream.concat(Arrays.stream(values), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void search_weightsWithAnotherHead_startsEveryTrialFromTheSame() throws Exception {
        Ran teacher =
                Ran.ssld(
                        "train",
                        "--model",
                        "SmallMobileNet_x0_6",
                        "--train",
                        folder.resolve("train").toString(),
                        "--val",
                        folder.resolve("val").toString(),
                        "--classes",
                        "2",
                        "--out",
                        folder.resolve("teacher").toString(),
                        "--size",
                        "24",
                        "--batch",
                        "6",
                        "--epochs",
                        "1");
        assertThat(teacher.exit()).as(teacher.err()).isZero();
        Path weights = folder.resolve("teacher/model/model.safetensors");
        // Three classes: the weights' head for two cannot be used, so a new one is drawn.
        try (OpenModel one = open(weights);
                OpenModel two = open(weights)) {
            assertThat(Parameters.digest(two.block())).isEqualTo(Parameters.digest(one.block()));
        }
        Ran ran =
                search(
                        "--weights",
                        weights.toString(),
                        "--rates",
                        "0.01",
                        "--sizes",
                        "none",
                        "--randaugment",
                        "none",
                        "--erasing",
                        "none",
                        "--time-limit",
                        "1h");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("after 2 trials");
        Ran other = search("--rates", "0.01", "--resume");
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err()).contains("search folder must hold this search");
        Ran again = search("--rates", "0.01", "--sizes", "none");
        assertThat(again.err()).contains("must be a new or empty folder");
        Ran forced = search("--rates", "none", "--sizes", "20", "--budget", "1", "--force");
        assertThat(forced.exit()).as(forced.err()).isZero();
        assertThat(runs()).hasSize(1);
    }

    @Test
    void search_precision_isThatOfEveryTrial() throws Exception {
        String[] values = {"--rates", "0.02", "--precision", "float16", "--budget", "1"};
        Ran ran = search(values);
        assertThat(ran.exit()).as(ran.err()).isZero();
        Path run = out().resolve("runs").resolve(runs().get(0));
        assertThat(RunStatus.read(run).precision()).startsWith("FLOAT16");
        Ran other = search("--rates", "0.02", "--precision", "float32", "--resume");
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err()).contains("search folder must hold this search", "precision");
    }

    private static OpenModel open(Path weights) throws IOException {
        ModelSpec model = ModelSpec.parse("SmallMobileNet_x0_6=" + weights);
        return ModelOpener.openForClasses(model, 3, 11);
    }

    @Test
    void search_rateThatDiverges_loses() {
        Ran ran =
                search(
                        "--rates",
                        "1e30",
                        "--sizes",
                        "none",
                        "--randaugment",
                        "none",
                        "--erasing",
                        "none",
                        "--steps-per-epoch",
                        "6");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("diverged");
        assertThat(ran.out()).containsPattern("1.0E30 +NaN %\n");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
    void search_terminated_goesOnInsideTheTrial() throws Exception {
        String[] values = {
            "--rates",
            "0.02",
            "--sizes",
            "none",
            "--randaugment",
            "none",
            "--erasing",
            "none",
            "--epochs",
            "40",
            "--budget",
            "1"
        };
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Ssld.class.getName()));
        command.addAll(args(values));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> told = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.add(line);
                if (line.contains("epoch 2/40")) {
                    process.toHandle().destroy();
                }
            }
        }
        assertThat(process.waitFor()).as("%s", told).isEqualTo(143);
        assertThat(told)
                .anyMatch(line -> line.contains("was asked to stop") && line.contains("--resume"));
        assertThat(out().resolve("best.json")).doesNotExist();
        assertThat(out().resolve("trials")).doesNotExist();

        Ran resumed = search(with(values, "--resume"));
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("goes on after step");
        assertThat(runs()).hasSize(1);
        assertThat(out().resolve("best.json")).exists();
    }

    /** Each trial looks for its images again, and is not to ask for a word of Java. */
    @Test
    void search_mostImagesMissing_isRefusedUnlessAllowed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            lines.add("train/" + CLASSES.get(i % 2) + "/" + i + ".png " + i % 2);
        }
        for (int i = 0; i < 40; i++) {
            lines.add("train/gone/" + i + ".png " + i % 2);
        }
        Path list = Files.write(folder.resolve("list.txt"), lines);
        String[] values = {
            "--rates", "0.02", "--sizes", "none", "--randaugment", "none", "--erasing", "none"
        };
        List<String> args = args(values);
        args.set(args.indexOf("--train") + 1, list.toString());
        Ran refused = Ran.ssld(args.toArray(new String[0]));
        assertThat(refused.exit()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).contains("40 of ", "add --allow-missing");
        assertThat(out()).doesNotExist();
        args.add("--allow-missing");
        Ran allowed = Ran.ssld(args.toArray(new String[0]));
        assertThat(allowed.exit()).as(allowed.err()).isZero();
        assertThat(allowed.err()).contains("40 of ").doesNotContain("diverged");
    }

    @Test
    void search_wrongUsage_isOneLine() {
        wrong("--auto-tune must not go with search", "--auto-tune");
        wrong("--rates must be numbers", "--rates", "fast");
        wrong("--sizes must be whole", "--sizes", "20.5");
        wrong("learningRate must be positive", "--rates", "0");
        wrong("erasing.probability", "--erasing", "1.5");
        wrong("such as stem=0.1", "--multipliers", "0,0.4,0.4,0.8,0.8,1");
        wrong("none are published", "--multipliers", "recommended");
        wrong("maxTrials must be at least 1", "--budget", "0");
        wrong("time must be hours", "--time-limit", "soon");
        wrong("timeLimit must be positive", "--time-limit", "0s");
        assertThat(out()).doesNotExist();
    }

    private void wrong(String message, String... args) {
        Ran ran = search(args);
        assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err().lines().filter(line -> line.startsWith("ssld: ")))
                .singleElement()
                .asString()
                .contains(message);
    }
}
