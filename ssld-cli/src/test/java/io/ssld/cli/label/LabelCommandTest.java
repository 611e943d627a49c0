package io.ssld.cli.label;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.cli.Ran;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code label} and {@code distill --labels} on coloured squares. */
class LabelCommandTest {

    private static final List<String> CLASSES = List.of("blue", "green", "red");
    private static final Color[] COLOURS = {Color.BLUE, Color.GREEN, Color.RED};

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        Random random = new Random(3);
        for (String part : List.of("train", "val")) {
            for (int i = 0; i < 18; i++) {
                BufferedImage image = new BufferedImage(32, 30, BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = image.createGraphics();
                graphics.setColor(Color.GRAY);
                graphics.fillRect(0, 0, 32, 30);
                graphics.setColor(COLOURS[i % 3]);
                graphics.fillRect(random.nextInt(8), random.nextInt(8), 16 + i / 3, 20);
                graphics.dispose();
                Path place = folder.resolve(part).resolve(CLASSES.get(i % 3));
                Files.createDirectories(place);
                ImageIO.write(image, "png", place.resolve(i + ".png").toFile());
            }
        }
        Ran ran =
                train(
                        "train",
                        "teacher",
                        "--model",
                        "SmallMobileNet_x0_6",
                        "--size",
                        "28",
                        "--short-side",
                        "28");
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    private Ran train(String command, String out, String... more) {
        List<String> args = new ArrayList<>();
        args.addAll(List.of(command, "--train", path("train"), "--val", path("val")));
        args.addAll(List.of("--out", path(out), "--batch", "6", "--workers", "1"));
        args.addAll(List.of("--epochs", "2", "--warmup", "0", "--json"));
        args.addAll(Arrays.asList(more));
        return Ran.ssld(args.toArray(new String[0]));
    }

    private Ran record(String out, String... more) {
        List<String> args = new ArrayList<>();
        args.addAll(List.of("label", "record", "--model", path("teacher/model")));
        args.addAll(List.of("--train", path("train"), "--out", path(out)));
        args.addAll(List.of("--views", "3", "--batch", "3", "--workers", "1"));
        args.addAll(Arrays.asList(more));
        return Ran.ssld(args.toArray(new String[0]));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void recordVerifyInfoDistill_needNoTeacherInTheEnd() throws Exception {
        Ran ran = record("store", "--k", "2", "--seed", "5", "--size", "28");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("18 images with 3 views each labelled");
        assertThat(ran.err()).contains("54 of 54 views");

        Ran info = Ran.ssld("label", "info", path("store"));
        assertThat(info.exit()).isZero();
        assertThat(info.out()).contains("3 an image, 28 x 28, seed 5", "2 of 3 classes", "1/1");
        Ran json = Ran.ssld("label", "info", path("store"), "--json");
        assertThat(json.out()).contains("\"labelledImages\": 18", "\"topK\": 2");

        Ran verified = verify("teacher/model");
        assertThat(verified.exit()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("12 views of 4 images asked again: agreement 100.00 %");

        Ran distilled =
                train(
                        "distill",
                        "student",
                        "--labels",
                        path("store"),
                        "--student",
                        "SmallMobileNet_x0_6",
                        "--tail",
                        "renormalize");
        assertThat(distilled.exit()).as(distilled.err()).isZero();
        assertThat(distilled.out()).contains("\"top1\"").doesNotContain("agreement");
        assertThat(folder.resolve("student/recipe.yaml")).content().contains("height: 28");
        assertThat(folder.resolve("student/provenance.json")).content().contains("recorded ");

        // A network that was not recorded does not agree with the store.
        assertThat(verify("student/model").err()).contains("labels of", "but differ by up to");
        assertThat(verify("student/model").exit()).isEqualTo(1);
    }

    private Ran verify(String model) {
        return Ran.ssld(
                "label",
                "verify",
                path("store"),
                "--model",
                path(model),
                "--train",
                path("train"),
                "--sample",
                "4",
                "--seed",
                "1");
    }

    @Test
    void record_shares_mergeToTheWhole() throws Exception {
        assertThat(record("one", "--shard", "1/2").exit()).isZero();
        assertThat(record("two", "--shard", "2/2").exit()).isZero();
        Ran half =
                train("distill", "s", "--labels", path("one"), "--student", "SmallMobileNet_x0_6");
        assertThat(half.exit()).isEqualTo(1);
        assertThat(half.err()).contains("store must be whole");
        Ran merged = Ran.ssld("label", "merge", path("two"), path("one"), "--out", path("both"));
        assertThat(merged.exit()).as(merged.err()).isZero();
        assertThat(record("whole").exit()).isZero();
        assertThat(folder.resolve("both/store.json"))
                .hasSameBinaryContentAs(folder.resolve("whole/store.json"));
        Ran again = record("whole", "--resume");
        assertThat(again.exit()).isZero();
        assertThat(again.out()).contains("54 views by an earlier run");
    }

    @Test
    void exportImport_giveTheStoreAgain() throws Exception {
        assertThat(record("store", "--k", "2").exit()).isZero();
        Ran exported = Ran.ssld("label", "export", path("store"), "--out", path("x.parquet"));
        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(exported.out()).contains("54 labels of 18 images", path("x.parquet"));
        Ran again = Ran.ssld("label", "export", path("store"), "--out", path("x.parquet"));
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("--out must be a new file", "--force");
        String[] forced = {"label", "export", path("store"), "--out", path("x.parquet"), "--force"};
        assertThat(Ran.ssld(forced).exit()).isZero();

        Ran imported = Ran.ssld("label", "import", path("x.parquet"), "--out", path("back"));
        assertThat(imported.exit()).as(imported.err()).isZero();
        assertThat(imported.out()).contains("18 images with 3 views each");
        for (String name : List.of("store.json", "quarantine.csv", "segment-000000.bin")) {
            assertThat(folder.resolve("back").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("store").resolve(name));
        }
        Ran twice = Ran.ssld("label", "import", path("x.parquet"), "--out", path("back"));
        assertThat(twice.exit()).isEqualTo(1);
        assertThat(twice.err()).contains("must be a new or empty folder").doesNotContain("\tat ");
        Ran changed =
                Ran.ssld(
                        "label",
                        "import",
                        path("x.parquet"),
                        "--metadata",
                        path("x.parquet"),
                        "--changed",
                        "--out",
                        path("other"));
        assertThat(changed.exit()).as(changed.err()).isZero();
        assertThat(Ran.ssld("label", "info", path("other")).out()).contains("changed(");
        String store = path("store/store.json");
        Ran wrong = Ran.ssld("label", "import", store, "--out", path("new"));
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).contains(store + " must be a whole Parquet file, but is no");
        assertUsage(Ran.ssld("label", "import", "--out", path("new")), "FILE");
        assertUsage(Ran.ssld("label", "export", path("store")), "--out");
    }

    @Test
    void record_configOfTheStudent_givesViewsAndSize() throws Exception {
        Ran ran = record("store", "--config", path("teacher/recipe.yaml"));
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(Ran.ssld("label", "info", path("store")).out()).contains("28 x 28");
        Ran other =
                train(
                        "distill",
                        "s",
                        "--labels",
                        path("store"),
                        "--student",
                        "SmallMobileNet_x0_6",
                        "--size",
                        "32");
        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err()).contains("size is 28 x 28 there and 32 x 32 here");
    }

    @Test
    void wrongUsage_exitsWith2AndSaysWhy() {
        assertUsage(record("s", "--shard", "3/2"), "--shard must be I/N with I from 1 to N");
        assertUsage(record("s", "--shard", "x"), "--shard must be I/N");
        assertUsage(record("s", "--k", "0"), "--k must be at least 1, but was 0");
        assertUsage(record("s", "--size", "0"), "--size must be at least 1");
        assertUsage(record("s", "--recipe", "none"), "none");
        assertUsage(
                record("s", "--recipe", "ssld", "--config", path("teacher/recipe.yaml")),
                "--recipe must not stand beside");
        assertUsage(Ran.ssld("label"), "Missing command");
        assertUsage(
                train("distill", "s", "--student", "SmallMobileNet_x0_6"),
                "--teacher or --labels must be given");
        assertUsage(
                train(
                        "distill",
                        "s",
                        "--student",
                        "SmallMobileNet_x0_6",
                        "--teacher",
                        path("teacher/model"),
                        "--tail",
                        "spread"),
                "--tail must go with --labels");
        assertThat(Ran.ssld("label", "info", path("train")).err()).contains("no store.json in it");
    }

    private static void assertUsage(Ran ran, String message) {
        assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(message);
    }
}
