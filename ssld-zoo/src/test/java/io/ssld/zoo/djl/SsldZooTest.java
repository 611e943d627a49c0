package io.ssld.zoo.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Application;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import io.ssld.images.internal.Pixels;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.zoo.ModelCard;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.internal.ImageNetLabels;
import io.ssld.zoo.internal.ImagePreparer;
import io.ssld.zoo.resolve.WeightsUnavailableException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The networks as a user of DJL finds them, from a local folder of weights. */
class SsldZooTest {

    private static final SsldModel MODEL = SsldModel.PPLCNET_X0_25;
    private static final Shape INPUT = new Shape(1, 3, 224, 224);

    @TempDir private Path folder;

    @BeforeEach
    void nameTheFolder() {
        System.setProperty("ssld.zoo.url", folder.toUri().toString());
    }

    @AfterEach
    void forgetTheFolder() {
        System.clearProperty("ssld.zoo.url");
    }

    /** Writes first weights that differ from call to call, and returns them. */
    private StateDict write(Path file) throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = MODEL.newBlock(1000);
            block.initialize(manager, DataType.FLOAT32, INPUT);
            SsldWeights.write(file, block);
            return SsldWeights.paddleState(block);
        }
    }

    private StateDict write(boolean ssld) throws Exception {
        return write(folder.resolve(ModelCard.of(MODEL).fileName(ssld)));
    }

    private static Criteria.Builder<Image, Classifications> criteria() {
        return Criteria.builder()
                .setTypes(Image.class, Classifications.class)
                .optApplication(Application.CV.IMAGE_CLASSIFICATION)
                .optGroupId("io.ssld")
                .optArtifactId("PPLCNet_x0_25");
    }

    private static Image image() {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 320 * 240; i++) {
            image.setRGB(i % 320, i / 320, i * 2654435);
        }
        return ImageFactory.getInstance().fromImage(image);
    }

    private static StateDict state(Model model) {
        return SsldWeights.paddleState(model.getBlock());
    }

    @Test
    void listModels_hasAllNetworks() {
        assertThat(ModelZoo.getModelZoo("io.ssld").getModelLoaders())
                .extracting(loader -> loader.getArtifactId())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(SsldModel.values()).map(SsldModel::modelName).toList());
    }

    @Test
    void criteria_choosesWeights_byFilterOptionOrArgument() throws Exception {
        StateDict ssld = write(true);
        StateDict plain = write(false);
        assertThat(ssld).isNotEqualTo(plain);
        try (ZooModel<?, ?> unsaid = criteria().build().loadModel();
                ZooModel<?, ?> filter = criteria().optFilter("ssld", "false").build().loadModel();
                ZooModel<?, ?> option = criteria().optOption("ssld", "false").build().loadModel();
                ZooModel<?, ?> argument =
                        criteria().optArgument("use_ssld", false).build().loadModel();
                ZooModel<?, ?> yes = criteria().optOption("ssld", "true").build().loadModel()) {
            assertThat(state(unsaid)).isEqualTo(ssld);
            assertThat(state(filter)).isEqualTo(plain);
            assertThat(state(option)).isEqualTo(plain);
            assertThat(state(argument)).isEqualTo(plain);
            assertThat(state(yes)).isEqualTo(ssld);
            assertThat(unsaid.getName()).isEqualTo("PPLCNet_x0_25");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> criteria().optOption("ssld", "maybe").build().loadModel())
                .withMessage("ssld must be true or false, but was maybe");
    }

    @Test
    void criteria_ownWeights_noSourceAsked() throws Exception {
        Path own = folder.resolve("own.safetensors");
        StateDict expected = write(own);
        Criteria<?, ?> criteria = criteria().optArgument("weights", own.toString()).build();
        try (ZooModel<?, ?> model = criteria.loadModel()) {
            assertThat(state(model)).isEqualTo(expected);
        }
    }

    @Test
    void criteria_otherClasses_freshHead() throws Exception {
        StateDict ssld = write(true);
        try (ZooModel<?, ?> model = criteria().optArgument("classes", 10).build().loadModel()) {
            assertThat(state(model).tensor("fc.bias").shape()).isEqualTo(new Shape(10));
            assertThat(state(model).tensor("conv1.conv.weight"))
                    .isEqualTo(ssld.tensor("conv1.conv.weight"));
        }
    }

    @Test
    void criteria_missingWeights_messageOfTheResolver() {
        assertThat(folder).isEmptyDirectory();
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> criteria().build().loadModel());
    }

    @Test
    void isDownloaded_tellsWhichAreThere() throws Exception {
        write(false);
        assertThat(criteria().optFilter("ssld", "false").build().isDownloaded()).isTrue();
        assertThat(criteria().optFilter("ssld", "true").build().isDownloaded()).isFalse();
    }

    @Test
    void modelUrl_ssldScheme_loads() throws Exception {
        StateDict ssld = write(true);
        StateDict plain = write(false);
        for (boolean wanted : new boolean[] {true, false}) {
            Criteria<Image, Classifications> criteria =
                    Criteria.builder()
                            .setTypes(Image.class, Classifications.class)
                            .optModelUrls("ssld://PPLCNet_x0_25?ssld=" + wanted)
                            .build();
            try (ZooModel<Image, Classifications> model = criteria.loadModel()) {
                assertThat(state(model)).isEqualTo(wanted ? ssld : plain);
            }
        }
    }

    @Test
    void modelUrl_nameOfTheSsldWeights_loadsThose() throws Exception {
        StateDict ssld = write(true);
        write(false);
        Criteria.Builder<Image, Classifications> criteria =
                Criteria.builder().setTypes(Image.class, Classifications.class);
        try (ZooModel<?, ?> model =
                criteria.optModelUrls("ssld://PPLCNet_x0_25_ssld_pretrained").build().loadModel()) {
            assertThat(state(model)).isEqualTo(ssld);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                criteria.optModelUrls("ssld://PPLCNet_x0_25_ssld?ssld=false")
                                        .build()
                                        .loadModel()
                                        .close())
                .withMessageContaining("weights must be named once");
    }

    @Test
    void predict_image_asThePreparedPixels() throws Exception {
        write(true);
        try (ZooModel<Image, Classifications> model = criteria().build().loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager()) {
            Classifications classes = predictor.predict(image());
            assertThat(classes.getClassNames()).hasSize(1000).contains("n02012849 crane");
            byte[] bytes = new byte[240 * 320 * 3];
            try (NDArray array = image().toNDArray(manager)) {
                int[] values = array.toType(DataType.INT32, true).toIntArray();
                IntStream.range(0, values.length).forEach(i -> bytes[i] = (byte) values[i]);
            }
            var how = ModelCard.of(MODEL).preprocessing();
            Pixels cropped = ImagePreparer.crop(how, new Pixels(320, 240, bytes));
            NDArray input = manager.create(ImagePreparer.normalize(how, cropped), INPUT);
            NDArray logits =
                    model.getBlock()
                            .forward(new ParameterStore(manager, false), new NDList(input), false)
                            .singletonOrThrow();
            float[] expected = logits.softmax(1).toFloatArray();
            for (int i = 0; i < 1000; i++) {
                assertThat(classes.getProbabilities().get(i).floatValue())
                        .isCloseTo(expected[i], within(1e-6f));
            }
        }
    }

    @Test
    void labels_areOneThousand() {
        assertThat(ImageNetLabels.read())
                .hasSize(1000)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("n\\d{8} \\S.*"));
    }
}
