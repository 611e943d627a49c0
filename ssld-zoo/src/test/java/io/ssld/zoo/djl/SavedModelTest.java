package io.ssld.zoo.djl;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.ssld.images.view.Interpolation;
import io.ssld.weights.StateDict;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.SsldModel;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model saved, and taken into use by plain DJL. */
class SavedModelTest {

    private static final List<String> PETS =
            List.of("cat", "dog", "owl with a comma, and accents é");

    /** Nothing as usual, so that whatever is not carried along changes the answer. */
    private static final Preprocessing UNUSUAL =
            new Preprocessing(
                    70,
                    64,
                    Interpolation.PILLOW_BICUBIC,
                    List.of(0.1, 0.2, 0.3),
                    List.of(0.4, 0.5, 0.6));

    @TempDir private Path folder;

    private static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of(SavedModel.of(SmallModel.MOBILENET_X0_6, PETS)),
                Arguments.of(
                        SavedModel.of(SsldModel.PPLCNET_X0_25, PETS)
                                .withPreprocessing(UNUSUAL)
                                .withDropout(0.1)));
    }

    /** Saves drawn weights, whose batch-norm statistics are not the first ones either. */
    private StateDict save(SavedModel saved, Path target, ModelNotes notes) throws IOException {
        try (Model model = Model.newInstance("student", "PyTorch")) {
            Block block = saved.newBlock();
            int side = saved.preprocessing().crop();
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, side, side));
            model.setBlock(block);
            saved.write(target, block, notes);
            return StateDict.of(block);
        }
    }

    private Path save(Architecture network) throws IOException {
        Path target = folder.resolve("saved");
        save(SavedModel.of(network, PETS), target, ModelNotes.none());
        return target;
    }

    private Path image() throws IOException {
        BufferedImage image = new BufferedImage(90, 75, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 90 * 75; i++) {
            image.setRGB(i % 90, i / 90, i * 2654435);
        }
        Path file = folder.resolve("image.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void read_whatWasWritten(SavedModel saved) throws Exception {
        Path target = folder.resolve("saved");
        StateDict expected = save(saved, target, ModelNotes.none());
        assertThat(SavedModel.read(target)).isEqualTo(saved);
        assertThat(SavedModel.readWeights(target)).isEqualTo(expected);
        assertThat(SavedModel.isIn(target)).isTrue();
        assertThat(SavedModel.isIn(folder)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void plainDjl_inAFreshJvm_predictsTheSame(SavedModel saved) throws Exception {
        Path target = folder.resolve("saved");
        save(saved, target, ModelNotes.none());
        Path image = image();
        Classifications here;
        // The expected answer owes nothing to the folder's properties.
        try (Model model = Model.newInstance("here", "PyTorch")) {
            Block block = saved.newBlock();
            int side = saved.preprocessing().crop();
            SavedModel.readWeights(target)
                    .initialize(block, model.getNDManager(), new Shape(1, 3, side, side));
            model.setBlock(block);
            try (Predictor<Image, Classifications> predictor =
                    model.newPredictor(
                            new SsldTranslator(saved.preprocessing(), saved.classNames()))) {
                here = predictor.predict(ImageFactory.getInstance().fromFile(image));
            }
        }
        List<String> lines = freshJvm(target, image);
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            int end = line.lastIndexOf('[');
            assertThat(line.substring(0, end - 1)).isEqualTo(String.join("|", PETS));
            double[] there =
                    Arrays.stream(line.substring(end + 1, line.length() - 1).split(", ", -1))
                            .mapToDouble(Double::parseDouble)
                            .toArray();
            for (int i = 0; i < there.length; i++) {
                assertThat(Math.abs(there[i] - here.getProbabilities().get(i))).isLessThan(1e-6);
            }
        }
    }

    /** Runs {@link PlainDjl} with no class of ours but those of the jar, and none of the tests'. */
    private List<String> freshJvm(Path saved, Path image) throws Exception {
        String name = PlainDjl.class.getName().replace('.', '/') + ".class";
        Path main = folder.resolve("main").resolve(name);
        Files.createDirectories(requireNonNull(main.getParent()));
        try (var in = requireNonNull(PlainDjl.class.getResourceAsStream("/" + name))) {
            Files.copy(in, main);
        }
        String needed =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(SavedModelTest::isNeeded)
                        .collect(Collectors.joining(File.pathSeparator));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        int status =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dai.djl.offline=true",
                                "-Dfile.encoding=UTF-8",
                                "-Dstdout.encoding=UTF-8",
                                "-cp",
                                folder.resolve("main") + File.pathSeparator + needed,
                                PlainDjl.class.getName(),
                                saved.toString(),
                                image.toString())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start()
                        .waitFor();
        assertThat(status).as(Files.readString(err)).isZero();
        return Files.readAllLines(out);
    }

    private static boolean isNeeded(String entry) {
        String path = entry.replace('\\', '/');
        return path.matches(".*ssld-(base|images|engine|weights|zoo)/target/classes")
                || path.matches(
                        ".*/(api|ssld-(base|images|engine|weights)|pytorch-[a-z-]+|gson|jna|slf4j-api|commons-compress|commons-io"
                            + "|commons-lang3|commons-codec)-[^/]*\\.jar");
    }

    @Test
    void djlServing_inputAndOutput_json() throws Exception {
        Path saved = save(SmallModel.MOBILENET_X0_6);
        Criteria<Input, Output> criteria =
                Criteria.builder().setTypes(Input.class, Output.class).optModelPath(saved).build();
        try (ZooModel<Input, Output> model = criteria.loadModel();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Input input = new Input();
            input.add("data", Files.readAllBytes(image()));
            String json = predictor.predict(input).getData().getAsString();
            assertThat(json).contains("\"className\"", "\"probability\"", "cat", "dog");
        }
    }

    @Test
    void plainDjl_batchOfDifferentSizes_eachAsAlone() throws Exception {
        Path saved = save(SmallModel.MOBILENET_X0_6);
        Image image = ImageFactory.getInstance().fromFile(image());
        BufferedImage whole = (BufferedImage) image.getWrappedImage();
        Image part = ImageFactory.getInstance().fromImage(whole.getSubimage(3, 5, 40, 30));
        List<Image> images = List.of(image, part, image);
        try (ZooModel<Image, Classifications> model =
                        PlainDjl.criteria().optModelPath(saved).build().loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            List<Classifications> batch = predictor.batchPredict(images);
            for (int i = 0; i < 3; i++) {
                assertThat(batch.get(i).getProbabilities())
                        .isEqualTo(predictor.predict(images.get(i)).getProbabilities());
            }
            assertThat(batch.get(0).getProbabilities())
                    .isNotEqualTo(batch.get(1).getProbabilities());
        }
    }

    @Test
    void load_argumentOverridesPreprocessing() throws Exception {
        Path saved = save(SmallModel.MOBILENET_X0_6);
        Image image = ImageFactory.getInstance().fromFile(image());
        Criteria.Builder<Image, Classifications> larger =
                PlainDjl.criteria()
                        .optModelPath(saved)
                        .optArgument("ssldResizeShort", "64")
                        .optArgument("ssldCrop", "64");
        try (ZooModel<Image, Classifications> usual =
                        PlainDjl.criteria().optModelPath(saved).build().loadModel();
                ZooModel<Image, Classifications> other = larger.build().loadModel();
                Predictor<Image, Classifications> one = usual.newPredictor();
                Predictor<Image, Classifications> two = other.newPredictor()) {
            assertThat(one.predict(image).getProbabilities())
                    .isNotEqualTo(two.predict(image).getProbabilities());
            assertThat(usual.getBlock().getParameters().values())
                    .as("frozen, so that a server's threads record nothing")
                    .noneMatch(parameter -> parameter.requiresGradient());
        }
    }

    @Test
    void write_card_saysWhatIsKnownAndWhatIsNot() throws Exception {
        Path provenance = Files.writeString(folder.resolve("run.json"), "{\"a\":1}");
        Path target = folder.resolve("deep/saved");
        save(
                SavedModel.of(SmallModel.MOBILENET_X0_6, PETS),
                target,
                ModelNotes.builder()
                        .optData("1,000 photographs of pets")
                        .optTeacher("ResNet50_vd, fine-tuned")
                        .addMetric("top-1, test | set", "93.2 %")
                        .optIntendedUse("Sorting holiday pictures.")
                        .optProvenance(provenance)
                        .build());
        assertThat(target.resolve("README.md"))
                .content()
                .startsWith("# SmallMobileNet_x0_6, 3 classes")
                .contains("cat, dog, owl", "11,811", "1,000 photographs", "ResNet50_vd, fine")
                .contains("| top-1, test \\| set | 93.2 % |", "Sorting holiday pictures.")
                .contains("## Licence\n\nNot stated.");
        assertThat(target.resolve("provenance.json")).hasContent("{\"a\":1}");
        assertThat(target.resolve("synset.txt"))
                .content()
                .isEqualTo(String.join("\n", PETS) + "\n");
        try (var left = Files.list(requireNonNull(target.getParent()))) {
            assertThat(left).as("nothing partial beside it").containsExactly(target);
        }
    }

    /** Names of classes come from folders, and cards are shown as pages. */
    @Test
    void write_cardWithHtmlInNames_showsItAsText() throws Exception {
        Path target = folder.resolve("html");
        save(
                SavedModel.of(
                        SmallModel.MOBILENET_X0_6,
                        List.of("<script>alert(1)</script>", "[a](javascript:b)", "a&b|\u001b[1m")),
                target,
                ModelNotes.builder()
                        .optData("<img src=x onerror=alert(2)>")
                        .addMetric("<b>top</b>", "<i>1</i>")
                        .build());
        assertThat(target.resolve("README.md"))
                .content()
                .doesNotContain("<script", "<img", "<b>", "<i>", "\u001b", "[a](")
                .contains("&lt;script&gt;alert(1)", "\\[a\\](", "a&amp;b\\|", "&lt;img src");
    }

    @Test
    void write_wrong_leavesNothing() throws Exception {
        Path target = folder.resolve("saved");
        ModelNotes missing =
                ModelNotes.builder().optProvenance(folder.resolve("none.json")).build();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> save(SavedModel.of(SmallModel.MOBILENET_X0_6, PETS), target, missing))
                .withMessageContaining("none.json");
        assertThat(folder).isEmptyDirectory();
        save(SmallModel.MOBILENET_X0_6);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> save(SmallModel.MOBILENET_X0_6))
                .withMessageContaining("folder must be new or empty, but " + target + " exists");
    }

    @Test
    void write_otherClassCount_refused() {
        try (Model model = Model.newInstance("student", "PyTorch")) {
            Block block = SmallModel.MOBILENET_X0_6.newBlock(4);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    SavedModel.of(SmallModel.MOBILENET_X0_6, PETS)
                                            .write(
                                                    folder.resolve("saved"),
                                                    block,
                                                    ModelNotes.none()))
                    .withMessage("classNames must have a name for each of 4 classes, but had 3");
        }
    }

    @Test
    void classNames_impossible_refused() {
        for (String bad : List.of(" cat", "", "cat\ndog", "cat\r")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SavedModel.of(SmallModel.RESNET_X1_0, List.of("a", bad)))
                    .withMessageStartingWith("class name must be one line without spaces around");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SavedModel.of(SmallModel.RESNET_X1_0, List.of("cat", "cat")))
                .withMessage("class names must be different, but two were cat");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SavedModel.of(SmallModel.RESNET_X1_0, List.of()))
                .withMessage("classNames must hold a name, but were empty");
    }

    private static void fails(Path saved, String message) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PlainDjl.criteria().optModelPath(saved).build().loadModel())
                .withMessageContaining(message);
    }

    @Test
    void load_truncatedWeights_namesTheFile() throws Exception {
        Path weights = save(SmallModel.MOBILENET_X0_6).resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 100));
        fails(requireNonNull(weights.getParent()), weights + ": data must have the");
    }

    @Test
    void load_synset_missingOrOfAnotherLength() throws Exception {
        Path saved = save(SmallModel.MOBILENET_X0_6);
        Path synset = saved.resolve("synset.txt");
        Files.writeString(synset, "cat\ndog\n");
        fails(
                saved,
                synset + " must name the 3 classes of serving.properties, one a line, but had");
        Files.delete(synset);
        fails(saved, synset + " must be in the folder of a saved model, but is missing");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SavedModel.read(saved))
                .withMessageContaining("synset.txt must be in the folder");
    }

    @Test
    void load_otherClassCount_saysBoth() throws Exception {
        Path saved = save(SmallModel.MOBILENET_X0_6);
        Path properties = saved.resolve("serving.properties");
        Files.writeString(
                properties, Files.readString(properties).replace("classes=3", "classes=4"));
        Files.writeString(saved.resolve("synset.txt"), "a\nb\nc\nd\n");
        fails(saved, "model.safetensors must have the 4 classes of serving.properties, but had 3");
    }

    @Test
    void load_otherNetwork_listsTheNames() throws Exception {
        Path saved = save(SmallModel.MOBILENET_X0_6);
        Path properties = saved.resolve("serving.properties");
        Files.writeString(
                properties,
                Files.readString(properties)
                        .replace("ssldModel=SmallMobileNet_x0_6", "ssldModel=PPLCNet_x0_25"));
        fails(saved, "model.safetensors: weights must fit the block name for name");
    }
}
