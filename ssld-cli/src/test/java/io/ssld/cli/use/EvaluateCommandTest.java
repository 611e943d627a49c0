package io.ssld.cli.use;

import static io.ssld.cli.Ran.ssld;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.cli.Ran;
import io.ssld.cli.common.ImagePaths;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.core.data.LeftOut;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ssld evaluate} and {@code ssld predict} on twenty-one drawn pictures of seven classes. */
class EvaluateCommandTest {

    private static final List<String> CLASSES =
            List.of("ant", "bee", "cat", "dog", "eel", "fox", "gnu");
    private static final int EACH = 3;

    @TempDir private Path folder;

    private Path photos;
    private Path saved;

    @BeforeEach
    void makeModelAndPictures() throws IOException {
        photos = folder.resolve("photos");
        saved = save("saved", "SmallMobileNet_x0_6=random:5", CLASSES);
        for (int c = 0; c < CLASSES.size(); c++) {
            for (int i = 0; i < EACH; i++) {
                draw(photos.resolve(CLASSES.get(c)).resolve(i + ".png"), c, i);
            }
        }
    }

    private Path save(String name, String spec, List<String> classes) throws IOException {
        Path target = folder.resolve(name);
        try (OpenModel model = ModelOpener.open(ModelSpec.parse(spec), classes.size())) {
            SavedModel.of(SmallModel.MOBILENET_X0_6, classes)
                    .write(target, model.block(), ModelNotes.none());
        }
        return target;
    }

    private static void draw(Path file, int c, int i) throws IOException {
        BufferedImage image = new BufferedImage(40 + c, 36 + i, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.getHSBColor(c / 7f, 0.9f, 0.9f));
        canvas.fillOval(2 + 3 * i, 4, 20 + 2 * c, 18);
        canvas.dispose();
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private JsonObject evaluate(String... more) {
        List<String> args = new ArrayList<>(List.of("evaluate", "--json"));
        args.addAll(List.of("--model", saved.toString(), "--val", photos.toString()));
        args.addAll(List.of(more));
        Ran ran = ssld(args.toArray(new String[0]));
        assertThat(ran.exit()).as(ran.err()).isZero();
        return JsonParser.parseString(ran.out()).getAsJsonObject();
    }

    @Test
    void evaluate_anyBatchSize_sameResults() {
        JsonObject one = evaluate("--batch", "1");
        assertThat(one.get("images").getAsInt()).isEqualTo(CLASSES.size() * EACH);
        for (String batch : List.of("7", "64")) {
            JsonObject other = evaluate("--batch", batch, "--workers", "3");
            for (String exact : List.of("images", "top1", "top5", "confusion", "unreadable")) {
                assertThat(other.get(exact)).as(exact).isEqualTo(one.get(exact));
            }
            // The engine sums in another order for another batch size, so probabilities differ in
            // their last bits of single precision; counts must not.
            assertThat(error(other)).isCloseTo(error(one), within(1e-6));
            assertThat(places(other)).isEqualTo(places(one));
        }
    }

    private static double error(JsonObject results) {
        return results.getAsJsonObject("calibration").get("expectedError").getAsDouble();
    }

    private static List<String> places(JsonObject results) {
        return results.getAsJsonArray("worstMistakes").asList().stream()
                .map(each -> each.getAsJsonObject().get("path").getAsString())
                .sorted()
                .toList();
    }

    @Test
    void evaluate_listAndFolder_sameResults() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int c = 0; c < CLASSES.size(); c++) {
            for (int i = 0; i < EACH; i++) {
                lines.add(CLASSES.get(c) + "/" + i + ".png " + c);
            }
        }
        Path list = Files.write(folder.resolve("val.txt"), lines);
        JsonObject byList =
                JsonParser.parseString(
                                ssld(
                                                "evaluate",
                                                "--json",
                                                "--model",
                                                saved.toString(),
                                                "--val",
                                                list.toString(),
                                                "--root",
                                                photos.toString())
                                        .out())
                        .getAsJsonObject();
        assertThat(byList).isEqualTo(evaluate());
        Path beside = Files.write(photos.resolve("val.txt"), lines);
        Ran here =
                ssld("evaluate", "--json", "--model", saved.toString(), "--val", beside.toString());
        Files.delete(beside);
        assertThat(JsonParser.parseString(here.out())).isEqualTo(byList);
        Files.write(list, List.of("ant/0.png 7"));
        Ran beyond =
                ssld(
                        "evaluate",
                        "--model",
                        saved.toString(),
                        "--val",
                        list.toString(),
                        "--root",
                        photos.toString());
        assertThat(beyond.exit()).isEqualTo(1);
        assertThat(beyond.err())
                .contains("label of ant/0.png in", "less than the model's 7 classes, but was 7");
    }

    @Test
    void evaluate_foldersMatchedByName_notByOrder() throws Exception {
        List<String> reversed = new ArrayList<>(CLASSES);
        java.util.Collections.reverse(reversed);
        Path other = save("reversed", "SmallMobileNet_x0_6=random:5", reversed);
        JsonArray confusion = evaluate().getAsJsonArray("confusion");
        Ran ran =
                ssld("evaluate", "--json", "--model", other.toString(), "--val", photos.toString());
        JsonArray mirrored =
                JsonParser.parseString(ran.out()).getAsJsonObject().getAsJsonArray("confusion");
        for (int c = 0; c < 7; c++) {
            assertThat(mirrored.get(6 - c))
                    .as("the same logits for class %d", c)
                    .isEqualTo(confusion.get(c));
        }
        Files.move(photos.resolve("ant"), photos.resolve("yak"));
        Ran unknown = ssld("evaluate", "--model", saved.toString(), "--val", photos.toString());
        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.err()).contains("but [yak] are not among [ant, bee").hasLineCount(1);
    }

    @Test
    void evaluate_everything_reported() throws Exception {
        Files.writeString(photos.resolve("cat/broken.png"), "no image");
        Path other = save("other", "SmallMobileNet_x0_6=random:6", CLASSES);
        Path out = folder.resolve("out");
        String[] args = {
            "evaluate",
            "--model",
            saved.toString(),
            "--val",
            photos.toString(),
            "--size",
            "32",
            "--against",
            other.toString(),
            "--positive",
            "cat",
            "--max-fpr",
            "0.5",
            "--out",
            out.toString()
        };
        Ran ran = ssld(args);
        assertThat(ran.exit()).as("a file was unreadable").isEqualTo(1);
        assertThat(ran.err())
                .contains("broken.png: not an image of a known format")
                .hasLineCount(1);
        assertThat(ran.out())
                .contains("on 21 images", "agreement with it", "TPR of cat at FPR <= 0.5")
                .contains("Report: " + out.resolve("report.html"));
        JsonObject results =
                JsonParser.parseString(Files.readString(out.resolve("results.json")))
                        .getAsJsonObject();
        assertThat(results.getAsJsonArray("unreadable")).hasSize(1);
        assertThat(results.getAsJsonObject("operatingPoint").get("maxFpr").getAsDouble())
                .isEqualTo(0.5);
        assertThat(
                        results.getAsJsonObject("against")
                                .getAsJsonObject("counts")
                                .get("examples")
                                .getAsInt())
                .isEqualTo(21);
        assertThat(results.getAsJsonObject("calibration").getAsJsonArray("bins")).hasSize(15);
        assertThat(out.resolve("report.html"))
                .content()
                .contains("Reliability", "Confusion matrix", "background:rgba(37,99,235,")
                .contains("data:image/png;base64", "Worst mistakes", "Unreadable files")
                .doesNotContain("<script", "http:", "https:");
        BufferedImage matrix = ImageIO.read(out.resolve("confusion.png").toFile());
        assertThat(matrix.getWidth()).isEqualTo(7 * 24);
        Ran again = ssld(args);
        assertThat(again.err()).contains("--out must be a new or empty folder");
        assertThat(Files.readString(out.resolve("results.json"))).contains("operatingPoint");
        args[args.length - 1] = out.toString();
        List<String> forced = new ArrayList<>(List.of(args));
        forced.add("--force");
        assertThat(ssld(forced.toArray(new String[0])).err()).hasLineCount(1);
    }

    @Test
    void evaluate_fewClasses_top5NotReported() throws Exception {
        Path two = save("two", "SmallMobileNet_x0_6=random:1", List.of("ant", "bee"));
        for (String name : CLASSES.subList(2, 7)) {
            for (int i = 0; i < EACH; i++) {
                Files.delete(photos.resolve(name).resolve(i + ".png"));
            }
            Files.delete(photos.resolve(name));
        }
        String[] args = {"evaluate", "--model", two.toString(), "--val", photos.toString()};
        assertThat(ssld(args).out())
                .contains("top-5                        not reported: always 100 % with 2 classes");
        saved = two;
        Path out = folder.resolve("out");
        JsonObject results = evaluate("--positive", "1", "--out", out.toString());
        assertThat(out.resolve("report.html"))
                .content()
                .contains("not reported: always 100 % with 2 classes");
        assertThat(results.get("top5").isJsonNull()).isTrue();
        assertThat(results.getAsJsonObject("operatingPoint").get("positive").getAsString())
                .isEqualTo("bee");
        assertThat(results.getAsJsonObject("operatingPoint").get("maxFpr").getAsDouble())
                .isEqualTo(0.001);
    }

    @Test
    void evaluate_wrongUsage_isTwo() {
        String[][] wrong = {
            {"--max-fpr", "0.1"},
            {"--positive", "cat", "--max-fpr", "2"},
            {"--positive", "yak"},
            {"--batch", "0"},
            {"--workers", "0"},
            {"--size", "0"}
        };
        for (String[] more : wrong) {
            List<String> args = new ArrayList<>(List.of("evaluate"));
            args.addAll(List.of("--model", saved.toString(), "--val", photos.toString()));
            args.addAll(List.of(more));
            Ran ran = ssld(args.toArray(new String[0]));
            assertThat(ran.exit()).as("%s", args).isEqualTo(2);
            assertThat(ran.err()).hasLineCount(1);
        }
        Ran classes =
                ssld(
                        "evaluate",
                        "--model",
                        saved.toString(),
                        "--val",
                        photos.toString(),
                        "--classes",
                        "3");
        assertThat(classes.exit()).isEqualTo(1);
        assertThat(classes.err()).contains("classes must be the 7 of", "but were 3");
    }

    @Test
    void predict_foldersFilesAndStdin_jsonLinesInOrder() throws Exception {
        Path broken = Files.writeString(photos.resolve("bee/broken.jpg"), "no image");
        Files.writeString(photos.resolve("bee/notes.txt"), "not looked at");
        InputStream stdin = System.in;
        Ran ran;
        try {
            String list = photos.resolve("gnu/1.png") + "\n\n" + photos.resolve("gone.png") + "\n";
            System.setIn(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)));
            ran =
                    ssld(
                            "predict",
                            "--model",
                            saved.toString(),
                            "--json",
                            "--top",
                            "2",
                            "--batch",
                            "4",
                            photos.resolve("fox/2.png").toString(),
                            photos.resolve("bee").toString(),
                            "-");
        } finally {
            System.setIn(stdin);
        }
        assertThat(ran.exit()).as("two could not be read").isEqualTo(1);
        assertThat(ran.err()).isEmpty();
        List<JsonObject> lines =
                ran.out()
                        .lines()
                        .map(JsonParser::parseString)
                        .map(JsonElement::getAsJsonObject)
                        .toList();
        assertThat(lines)
                .extracting(each -> photos.relativize(Path.of(each.get("path").getAsString())))
                .extracting(Path::toString)
                .containsExactly(
                        "fox/2.png",
                        "bee/0.png",
                        "bee/1.png",
                        "bee/2.png",
                        "bee/broken.jpg",
                        "gnu/1.png",
                        "gone.png");
        assertThat(lines.get(4).get("error").getAsString()).contains("not an image");
        assertThat(lines.get(4).has("classes")).isFalse();
        assertThat(lines.get(6).get("error").getAsString()).isEqualTo("file not found");
        JsonArray classes = lines.get(0).getAsJsonArray("classes");
        assertThat(classes).hasSize(2);
        JsonObject first = classes.get(0).getAsJsonObject();
        assertThat(CLASSES.get(first.get("index").getAsInt()))
                .isEqualTo(first.get("label").getAsString());
        assertThat(first.get("probability").getAsDouble())
                .isGreaterThanOrEqualTo(
                        classes.get(1).getAsJsonObject().get("probability").getAsDouble());
        Ran text = ssld("predict", "--model", saved.toString(), broken.toString());
        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.err()).contains("broken.jpg: not an image").hasLineCount(1);
        assertThat(text.out()).isEmpty();
    }

    @Test
    void predict_wrongUsage_isTwo() {
        for (List<String> more :
                List.of(
                        List.<String>of(),
                        List.of("--top", "0", "x.png"),
                        List.of("--batch", "0", "x.png"),
                        List.of("--workers", "0", "x.png"))) {
            List<String> args = new ArrayList<>(List.of("predict", "--model", saved.toString()));
            args.addAll(more);
            Ran ran = ssld(args.toArray(new String[0]));
            assertThat(ran.exit()).as("%s", args).isEqualTo(2);
            assertThat(ran.err()).hasLineCount(1);
        }
    }

    @Test
    void imagePaths_longList_readAsItGoes() {
        // A list that never ends: whoever gathered it first would not return.
        InputStream endless =
                new InputStream() {
                    private int at;

                    @Override
                    public int read() {
                        return "a/b.png\n".charAt(at++ % 8);
                    }

                    @Override
                    public int read(byte[] buffer, int from, int length) {
                        buffer[from] = (byte) read();
                        return 1;
                    }
                };
        var paths = ImagePaths.of(List.of("-"), endless, new LeftOut());
        for (int i = 0; i < 1000; i++) {
            assertThat(paths.next()).isEqualTo(Path.of("a/b.png"));
        }
    }
}
