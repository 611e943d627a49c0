package io.ssld.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every program that is there to be copied, and looks at what it leaves. */
class ExamplesTest {

    private static final Path SOURCES = Path.of("src/main/java/io/ssld/examples");

    /** A program that does not fit on a page is not read before it is copied. */
    private static final int MOST_LINES = 60;

    private static final int SIDE = 48;
    private static final String SIZE = "24";

    /** Their order by name is that of red, green, blue. */
    private static final List<String> FRUITS = List.of("apple", "cucumber", "plum");

    private static final String SMALL = SmallModel.MOBILENET_X0_6.modelName();

    @TempDir private static Path data;

    @TempDir private Path folder;

    @BeforeAll
    static void paint() throws IOException {
        for (int fruit = 0; fruit < FRUITS.size(); fruit++) {
            for (int i = 0; i < 16; i++) {
                paint("train/" + FRUITS.get(fruit), fruit, i);
                paint("pool", fruit, 100 + i);
            }
            for (int i = 0; i < 8; i++) {
                paint("val/" + FRUITS.get(fruit), fruit, 200 + i);
            }
        }
        // A pool holds copies: of what the student will be measured by, and of its own images.
        Path copied = data.resolve("val/plum/2-200.png");
        Files.copy(copied, data.resolve("pool/copy-of-validation.png"));
        Files.copy(data.resolve("pool/0-100.png"), data.resolve("pool/copy-of-pool.png"));
    }

    /** Blobs on a ground in which one of the three colours is the strongest. */
    private static void paint(String below, int fruit, int number) throws IOException {
        Random random = new Random(1_000L * fruit + number);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        int cell = 8;
        for (int top = 0; top < SIDE; top += cell) {
            for (int left = 0; left < SIDE; left += cell) {
                int rgb = 0;
                for (int c = 0; c < 3; c++) {
                    rgb = rgb << 8 | random.nextInt(100) + (c == fruit ? 155 : 0);
                }
                for (int i = 0; i < cell * cell; i++) {
                    image.setRGB(left + i % cell, top + i / cell, rgb);
                }
            }
        }
        Path file = data.resolve(below).resolve(fruit + "-" + number + ".png");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        ImageIO.write(image, "png", file.toFile());
    }

    private static String at(String name) {
        return data.resolve(name).toString();
    }

    /** A folder as training leaves it, but of weights that nothing has trained. */
    private Path savedModel() throws IOException {
        Path saved = folder.resolve("saved");
        Block block = SmallModel.MOBILENET_X0_6.newBlock(FRUITS.size());
        try (NDManager manager = NDManager.newBaseManager()) {
            manager.getEngine().setRandomSeed(1);
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 24, 24));
            SavedModel.of(SmallModel.MOBILENET_X0_6, FRUITS)
                    .withPreprocessing(SmallModel.MOBILENET_X0_6.preprocessing().withCrop(24))
                    .write(saved, block, ModelNotes.none());
        }
        return saved;
    }

    /** What the last row of a run's figures says of the validation images. */
    private static double lastTop1(Path run) throws IOException {
        List<String> rows = Files.readAllLines(run.resolve("metrics.csv"));
        int column = List.of(rows.get(0).split(",", -1)).indexOf("top1");
        return Double.parseDouble(rows.get(rows.size() - 1).split(",", -1)[column]);
    }

    @Test
    void distilAnyPair_threeColours_studentKnowsThem() throws Exception {
        DistilAnyPair.main(
                new String[] {at("train"), at("val"), at("pool"), folder.toString(), "8", SIZE});
        assertThat(folder.resolve("teacher/provenance.json")).exists();
        Path run = folder.resolve("student");
        assertThat(run.resolve("student-0000.params")).isNotEmptyFile();
        assertThat(lastTop1(run)).isGreaterThan(0.9);
    }

    @Test
    void distilTorchScript_teacherThatKnowsColours_studentIsSavedAndKnowsThem() throws Exception {
        URL teacher = Objects.requireNonNull(ExamplesTest.class.getResource("colours.pt"));
        DistilTorchScript.main(
                new String[] {
                    Path.of(teacher.toURI()).toString(),
                    SMALL,
                    data.toString(),
                    at("val"),
                    folder.toString(),
                    "12",
                    SIZE
                });
        assertThat(lastTop1(folder.resolve("run"))).isGreaterThan(0.6);
        SavedModel saved = SavedModel.read(folder.resolve("model"));
        assertThat(saved.classNames()).isEqualTo(FRUITS);
        assertThat(saved.preprocessing().crop()).isEqualTo(24);
    }

    @Test
    void distilFromLabels_savedTeacher_studentLearnsFromTheStoreAlone() throws Exception {
        String[] args = {
            savedModel().toString(), SMALL, at("pool"), at("val"), folder.toString(), "2", SIZE
        };
        DistilFromLabels.main(args);
        SoftLabelStore store = SoftLabelStore.open(folder.resolve("labels"));
        // 48 images and the copy of a validation image: equal contents are recorded once.
        assertThat(store.size()).isEqualTo(49);
        assertThat(store.header().classNames()).isEqualTo(FRUITS);
        assertThat(folder.resolve("run/student-0000.params")).isNotEmptyFile();
    }

    @Test
    void minePool_withCopies_keepsTheSurestOthers() throws Exception {
        MinePool.main(
                new String[] {
                    savedModel().toString(),
                    at("pool"),
                    at("train"),
                    at("val"),
                    folder.toString(),
                    "5"
                });
        assertThat(Files.readString(folder.resolve("copies/certificate.json")))
                .contains("copy-of-validation.png");
        assertThat(Files.readString(folder.resolve("labels.tsv")))
                .contains("0-100.png", "#rows")
                .doesNotContain("copy-of-validation.png", "copy-of-pool.png");
        ImageList mined = ImageList.read(folder.resolve("mined.txt"), folder);
        assertThat(mined.size()).isBetween(5, 15);
        ImageList train = ImageList.read(folder.resolve("train.txt"), folder);
        assertThat(train.size()).isEqualTo(48 + mined.size());
        assertThat(train.entries().stream().filter(ImageEntry::isLabelled)).hasSize(48);
    }

    @Test
    void fineTuneAndPredict_photo_isOfItsClass() throws Exception {
        PrintStream terminal = System.out;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        System.setOut(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            FineTuneAndPredict.main(
                    new String[] {
                        savedModel().toString(),
                        at("train"),
                        at("val"),
                        folder.resolve("run").toString(),
                        "12",
                        at("val/plum/2-203.png")
                    });
        } finally {
            System.setOut(terminal);
        }
        assertThat(SavedModel.read(folder.resolve("run/model")).classNames()).isEqualTo(FRUITS);
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("top1", "\"plum\"");
    }

    @Test
    void main_wrongNumberOfArguments_tellsThem() {
        assertThatThrownBy(() -> DistilAnyPair.main(new String[0]))
                .hasMessage("give TRAIN VALIDATION POOL OUT EPOCHS SIZE");
    }

    static List<Path> programs() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void programs_thereAre_fiveOrMore() throws IOException {
        assertThat(programs()).hasSizeGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void program_toCopy_isShortPublicLinkedAndRun(Path program) throws IOException {
        List<String> lines = Files.readAllLines(program);
        assertThat(lines).as("lines of " + program).hasSizeLessThanOrEqualTo(MOST_LINES);
        String text = String.join("\n", lines);
        assertThat(text).contains("public static void main(String[] args)");
        assertThat(text).doesNotContain(".internal.");
        String name = program.getFileName().toString();
        for (String page : List.of("../README.md", "../docs/concepts.md")) {
            boolean linked = Files.readString(Path.of(page)).contains("/" + name + ")");
            assertThat(linked).as("%s links to %s", page, name).isTrue();
        }
        String call = name.replace(".java", ".main(");
        Path self = Path.of("src/test/java/io/ssld/examples/ExamplesTest.java");
        boolean run = Files.readString(self).contains("        " + call);
        assertThat(run).as("a test runs %s", name).isTrue();
    }
}
