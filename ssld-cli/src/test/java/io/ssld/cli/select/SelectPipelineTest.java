package io.ssld.cli.select;

import static io.ssld.cli.Ran.ssld;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.cli.Ran;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of mining, one after the other as a user calls them. */
class SelectPipelineTest {

    private static final String NET = "SmallMobileNet_x0_6=random:3";

    @TempDir private Path folder;

    @BeforeEach
    void makeImages() throws IOException {
        Files.createDirectories(folder.resolve("pool"));
        Files.createDirectories(folder.resolve("labelled/0"));
        Files.createDirectories(folder.resolve("val"));
        for (int i = 0; i < 12; i++) {
            image(String.format(Locale.ROOT, "pool/p%02d.png", i), i);
        }
        Files.writeString(folder.resolve("pool/broken.png"), "broken");
        image("labelled/0/a.png", 100);
        image("val/v.png", 5); // also in the pool
    }

    private void image(String name, int seed) throws IOException {
        BufferedImage image = new BufferedImage(20, 18, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 360; i++) {
            image.setRGB(i % 20, i / 20, 0x10204 * ((seed + 3) * (i / 40 + 1)));
        }
        ImageIO.write(image, "png", folder.resolve(name).toFile());
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Ran run(String command, String... options) {
        List<String> args = new ArrayList<>(List.of("select", command));
        for (String option : options) {
            args.add(option.startsWith("@") ? path(option.substring(1)) : option);
        }
        return ssld(args.toArray(new String[0]));
    }

    private Ran label(String... more) {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--model",
                                NET,
                                "--classes",
                                "4",
                                "--size",
                                "16",
                                "--pool",
                                "@pool"));
        options.addAll(Arrays.asList(more));
        return run("label", options.toArray(new String[0]));
    }

    private static JsonObject json(Ran ran) {
        assertThat(ran.exit()).as(ran.err()).isZero();
        return JsonParser.parseString(ran.out()).getAsJsonObject();
    }

    private List<String> paths(String list) throws IOException {
        return ImageList.read(folder.resolve(list), folder).entries().stream()
                .map(ImageEntry::path)
                .map(Path::toString)
                .toList();
    }

    @Test
    void labelTopKMerge_leaveATrainingListWithoutValidationImages() throws Exception {
        Ran labelled = label("--out", "@labels.tsv", "--top", "3", "--json");
        JsonObject answer = json(labelled);
        assertThat(answer.get("images").getAsInt()).isEqualTo(12);
        assertThat(answer.get("quarantined").getAsInt()).isEqualTo(1);
        assertThat(labelled.err()).contains("label  13 of 13 images  1 quarantined");
        assertThat(folder.resolve("labels.tsv"))
                .content()
                .contains("\tpool/p00.png\t", "#top\t3")
                .doesNotContain(folder.toString());

        JsonObject kept =
                json(
                        run(
                                "topk",
                                "--labels",
                                "@labels.tsv",
                                "--k",
                                "100",
                                "--out",
                                "@mined.txt",
                                "--keep",
                                "@kept.tsv",
                                "--json"));
        assertThat(kept.get("images").getAsInt()).isEqualTo(12);
        assertThat(kept.getAsJsonArray("counts")).hasSize(4);
        assertThat(folder.resolve("kept.tsv")).isNotEmptyFile();

        JsonObject merged =
                json(
                        run(
                                "merge",
                                "--labelled",
                                "@labelled",
                                "--mined",
                                "@mined.txt",
                                "--val",
                                "@val",
                                "--out",
                                "@train.txt",
                                "--json"));
        assertThat(merged.get("images").getAsInt()).isEqualTo(12);
        assertThat(merged.getAsJsonObject("dropped").get("validation_content").getAsInt())
                .isEqualTo(1);
        assertThat(paths("train.txt"))
                .contains("labelled/0/a.png", "pool/p04.png")
                .doesNotContain("pool/p05.png");
        assertThat(Files.readAllLines(folder.resolve("train.txt.dropped.csv")))
                .containsExactly(
                        "path,reason,other", "\"pool/p05.png\",validation_content,\"v.png\"");
    }

    @Test
    void label_again_resumesOrReplacesOnlyWhenTold() throws Exception {
        assertThat(label("--out", "@l.tsv").exit()).isZero();
        byte[] table = Files.readAllBytes(folder.resolve("l.tsv"));
        Ran twice = label("--out", "@l.tsv");
        assertThat(twice.exit()).isEqualTo(1);
        assertThat(twice.err()).contains("exists");
        JsonObject resumed = json(label("--out", "@l.tsv", "--resume", "--json"));
        assertThat(resumed.get("images").getAsInt()).isEqualTo(12);
        assertThat(resumed.get("resumed").getAsInt()).isEqualTo(13);
        Ran forced = label("--out", "@l.tsv", "--force", "--batch", "5", "--workers", "1");
        assertThat(forced.exit()).as(forced.err()).isZero();
        assertThat(forced.out()).contains("12 images labelled, 1 quarantined");
        assertThat(folder.resolve("l.tsv")).hasBinaryContent(table);
        Files.writeString(folder.resolve("mine.txt"), "mine");
        assertThat(label("--out", "@mine.txt", "--force").exit()).isEqualTo(1);
        assertThat(folder.resolve("mine.txt")).hasContent("mine");
    }

    @Test
    void topK_rules_areTheLibrarys() throws Exception {
        assertThat(label("--out", "@l.tsv").exit()).isZero();
        JsonObject one =
                json(
                        run(
                                "topk",
                                "--labels",
                                "@l.tsv",
                                "--k",
                                "1",
                                "--out",
                                "@1.txt",
                                "--json",
                                "--per-class-of",
                                "top-p",
                                "--p",
                                "4"));
        assertThat(one.getAsJsonArray("counts").asList())
                .allSatisfy(count -> assertThat(count.getAsInt()).isEqualTo(1));
        assertThat(
                        run(
                                        "topk",
                                        "--labels",
                                        "@l.tsv",
                                        "--k",
                                        "9",
                                        "--out",
                                        "@1.txt",
                                        "--force",
                                        "--min-score",
                                        "1")
                                .out())
                .startsWith("0 of 12 images kept, in 0 of 4 classes");
        assertThat(
                        run(
                                        "topk",
                                        "--labels",
                                        "@l.tsv",
                                        "--k",
                                        "20",
                                        "--out",
                                        "@2.txt",
                                        "--pseudo-labels")
                                .exit())
                .isZero();
        assertThat(ImageList.read(folder.resolve("2.txt"), folder).entries())
                .hasSize(12)
                .allMatch(ImageEntry::isLabelled);
        assertThat(run("topk", "--labels", "@l.tsv", "--k", "9", "--out", "@2.txt").err())
                .contains("--out must be a new file");
    }

    @Test
    void ugi_countOrRatio_drawsTheSameOnesAgain() throws Exception {
        JsonObject answer =
                json(
                        run(
                                "ugi",
                                "--pool",
                                "@pool",
                                "--count",
                                "5",
                                "--seed",
                                "2",
                                "--out",
                                "@ugi.txt",
                                "--json"));
        assertThat(answer.get("images").getAsInt()).isEqualTo(5);
        assertThat(
                        run(
                                        "ugi",
                                        "--pool",
                                        "@pool",
                                        "--ratio",
                                        "5",
                                        "--labelled",
                                        "@labelled",
                                        "--seed",
                                        "2",
                                        "--out",
                                        "@again.txt")
                                .exit())
                .isZero();
        assertThat(folder.resolve("again.txt")).hasSameBinaryContentAs(folder.resolve("ugi.txt"));
        assertThat(paths("ugi.txt"))
                .allMatch(path -> path.startsWith("pool/p") || path.equals("pool/broken.png"));
    }

    @Test
    void merge_strictAndLabels_areOptions() throws Exception {
        Ran strict =
                run(
                        "merge",
                        "--labelled",
                        "@labelled",
                        "--mined",
                        "@pool",
                        "--val",
                        "@val",
                        "--out",
                        "@t.txt",
                        "--strict");
        assertThat(strict.exit()).isEqualTo(1);
        assertThat(strict.err()).contains("lists must hold no validation image, but 1 do");
        assertThat(folder.resolve("t.txt")).doesNotExist();
        Ran zero =
                run(
                        "merge",
                        "--labelled",
                        "@labelled",
                        "--mined",
                        "@pool",
                        "--out",
                        "@t.txt",
                        "--mined-label",
                        "zero");
        assertThat(zero.exit()).as(zero.err()).isZero();
        assertThat(zero.out()).contains("14 images: 1 labelled, 13 mined; left out: none");
        assertThat(folder.resolve("t.txt")).content().contains("pool/p01.png 0\n");
    }

    private Ran runAll(String... more) {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--model",
                                NET,
                                "--classes",
                                "4",
                                "--size",
                                "16",
                                "--pool",
                                "@pool",
                                "--labelled",
                                "@labelled",
                                "--val",
                                "@val",
                                "--k",
                                "7",
                                "--out",
                                "@run"));
        options.addAll(Arrays.asList(more));
        return run("run", options.toArray(new String[0]));
    }

    @Test
    void run_wholePipeline_resumesFromEachStep() throws Exception {
        JsonObject summary = json(runAll("--json"));
        assertThat(summary.get("pool").getAsInt()).isEqualTo(13);
        assertThat(summary.get("unreadable").getAsInt()).isEqualTo(1);
        assertThat(summary.get("removed").getAsInt()).isPositive();
        assertThat(summary.getAsJsonObject("merge").get("labelled").getAsInt()).isEqualTo(1);
        byte[] train = Files.readAllBytes(folder.resolve("run/train.txt"));
        List<String> paths =
                ImageList.read(folder.resolve("run/train.txt"), folder.resolve("run"))
                        .entries()
                        .stream()
                        .map(entry -> entry.path().toString())
                        .toList();
        assertThat(paths).anyMatch(path -> path.endsWith("labelled/0/a.png"));
        assertThat(paths).noneMatch(path -> path.endsWith("pool/p05.png"));
        assertThat(folder.resolve("run/dedup/report.html")).isNotEmptyFile();
        assertThat(runAll().err()).contains("--out must be a new or empty folder");
        // As if killed during each step: what that step and those after it write is gone.
        List<String> files =
                List.of("step-dedup.json", "step-label.json", "step-topk.json", "summary.json");
        for (int step = 3; step >= 0; step--) {
            for (String file : files.subList(step, 4)) {
                Files.delete(folder.resolve("run").resolve(file));
            }
            assertThat(json(runAll("--resume", "--json"))).isEqualTo(summary);
            assertThat(folder.resolve("run/train.txt")).hasBinaryContent(train);
        }
        Ran other = runAll("--resume", "--min-score", "0.5");
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err()).contains("other options or lists");
        Ran forced = runAll("--force", "--mined-label", "zero");
        assertThat(forced.exit()).as(forced.err()).isZero();
        assertThat(forced.out()).contains("pool      13 images", "topk");
        assertThat(folder.resolve("run/train.txt")).content().contains(".png 0\n");
    }

    @Test
    void run_copyWithinThePool_isMinedOnce() throws Exception {
        // Of noise, for the other images are alike and some go before.
        Random random = new Random(3);
        BufferedImage noise = new BufferedImage(20, 18, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 360; i++) {
            noise.setRGB(i % 20, i / 20, random.nextInt(0x1000000));
        }
        ImageIO.write(noise, "png", folder.resolve("pool/y.png").toFile());
        Files.copy(folder.resolve("pool/y.png"), folder.resolve("pool/z-copy.png"));
        JsonObject summary = json(runAll("--json"));
        assertThat(summary.get("copiesWithin").getAsInt()).isPositive();
        assertThat(Files.readString(folder.resolve("run/mined.txt")))
                .contains("pool/y.png")
                .doesNotContain("z-copy");
        assertThat(Files.readString(folder.resolve("run/within/removed.csv"))).contains("z-copy");
    }

    @Test
    void wrongUsage_isOneLineAndTwo() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        for (String line :
                List.of(
                        "label --pool FILE --out o",
                        "label --model ResNet51 --pool FILE --out o",
                        "label --model SmallMobileNet_x0_6 --pool FILE --out o --top 0",
                        "label --model SmallMobileNet_x0_6 --pool FILE --out o --resume --force",
                        "topk --labels FILE --out b",
                        "topk --labels FILE --out b --k 0",
                        "topk --labels FILE --out b --k 1 --p 2",
                        "topk --labels FILE --out b --k 1 --per-class-of top-p",
                        "topk --labels FILE --out b --k 1 --per-class-of best",
                        "topk --labels FILE --out b --k 1 --min-score 2",
                        "ugi --pool FILE --out o",
                        "ugi --pool FILE --out o --count 1 --ratio 0.5",
                        "ugi --pool FILE --out o --ratio 0.5",
                        "ugi --pool FILE --out o --count 0",
                        "merge --labelled FILE --out b",
                        "run --model SmallMobileNet_x0_6 --pool FILE --labelled FILE --val FILE"
                                + " --out d",
                        "run --model SmallMobileNet_x0_6 --pool FILE --labelled FILE --val FILE"
                                + " --out d --k 1 --mined-label kept",
                        "merge --labelled FILE --mined FILE --out c --mined-label some")) {
            Ran ran = ssld(("select " + line.replace("FILE", "" + file)).split(" "));
            assertThat(ran.exit()).as(line).isEqualTo(2);
            assertThat(ran.err().lines()).as(line).hasSize(1);
            assertThat(ran.err()).startsWith("ssld: ");
        }
    }

    @Test
    void missingFiles_areOneLineAndOne() {
        for (String line :
                List.of(
                        "label --model SmallMobileNet_x0_6=none.safetensors --pool @pool --out @o",
                        "label --model SmallMobileNet_x0_6 --classes 3 --pool @none --out @o",
                        "topk --labels @none --out @o --k 1",
                        "ugi --pool @none --out @o --count 1",
                        "merge --labelled @none --mined @pool --out @o")) {
            String[] words = line.split(" ", -1);
            Ran ran = run(words[0], Arrays.copyOfRange(words, 1, words.length));
            assertThat(ran.exit()).as(line).isEqualTo(1);
            assertThat(ran.err().lines()).as(line).hasSize(1);
            assertThat(ran.err()).startsWith("ssld: ");
            assertThat(folder.resolve("o")).doesNotExist();
        }
    }
}
