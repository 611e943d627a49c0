package io.ssld.cli.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.weights.HostTensor;
import io.ssld.weights.Safetensors;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.zoo.ModelCard;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MODEL[=WEIGHTS], as every command takes it. */
class ModelSpecTest {

    private static final SmallModel SMALL = SmallModel.MOBILENET_X0_6;

    @TempDir private Path folder;

    @AfterEach
    void forgetTheFolder() {
        System.clearProperty("ssld.zoo.url");
    }

    private static OpenModel open(String text) throws IOException {
        return ModelOpener.open(ModelSpec.parse(text));
    }

    private static StateDict state(OpenModel model) {
        return StateDict.of(model.block());
    }

    /** A small network of three classes, saved in the format of the file's name. */
    private StateDict small(Path file) throws Exception {
        try (Model model = Model.newInstance("student", "PyTorch")) {
            Block block = SMALL.newBlock(3);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            model.setBlock(block);
            if (file.toString().endsWith(".params")) {
                model.save(folder, "student");
            } else {
                SsldWeights.write(file, block);
            }
            return StateDict.of(block);
        }
    }

    @Test
    void parseTeacher_probabilities_areAWordBehindAnyModel() throws IOException {
        Path saved = Files.createDirectories(folder.resolve("saved"));
        for (String text :
                List.of(
                        "SmallResNet_x1_0=random:7",
                        "ResNet50_vd=plain",
                        "ResNet50_vd",
                        saved + "")) {
            ModelSpec plain = ModelSpec.parseTeacher(text);
            ModelSpec soft = ModelSpec.parseTeacher(text + ":probabilities");
            assertThat(plain.probabilities()).isFalse();
            assertThat(soft.probabilities()).isTrue();
            assertThat(soft.text()).isEqualTo(text + ":probabilities");
            assertThat(soft.weights()).isEqualTo(plain.weights());
            assertThat(soft.architecture()).isEqualTo(plain.architecture());
            assertThat(soft.folder()).isEqualTo(plain.folder());
            assertThatThrownBy(() -> ModelSpec.parse(text + ":probabilities"))
                    .hasMessageContaining("model must answer logits here, but was " + text);
        }
        Path named = Files.createDirectories(folder.resolve("x:probabilities"));
        assertThat(ModelSpec.parseTeacher(named.toString()).probabilities()).isFalse();
    }

    @Test
    void parse_defaults_ssldWherePublishedElseRandom() {
        assertThat(ModelSpec.parse("resnet50_vd").weights())
                .isEqualTo(new ModelSpec.Weights.Published(true));
        assertThat(ModelSpec.parse("ResNet50_vd=plain").weights())
                .isEqualTo(new ModelSpec.Weights.Published(false));
        assertThat(ModelSpec.parse("SmallResNet_x1_0").weights())
                .isEqualTo(new ModelSpec.Weights.Random(0));
        assertThat(ModelSpec.parse("PPLCNet_x0_25=random:7").weights())
                .isEqualTo(new ModelSpec.Weights.Random(7));
    }

    @ParameterizedTest
    @CsvSource({"GhostNet_x1_3_ssld", "ghostnet_x1_3_ssld_pretrained", "GhostNet_x1_3_ssld=ssld"})
    void parse_nameOfTheSsldWeights_networkWithThose(String text) {
        ModelSpec spec = ModelSpec.parse(text);
        assertThat(spec.architecture()).isSameAs(SsldModel.GHOSTNET_X1_3);
        assertThat(spec.weights()).isEqualTo(new ModelSpec.Weights.Published(true));
    }

    @Test
    void parse_nameOfTheSsldWeightsAndAFile_theFile() {
        assertThat(ModelSpec.parse("GhostNet_x1_3_ssld=w.pdparams").weights())
                .isEqualTo(new ModelSpec.Weights.File(Path.of("w.pdparams")));
    }

    @ParameterizedTest
    @CsvSource({"SmallMobileNet_x0_6", "smallresnet_x1_0"})
    void open_untrainedWithoutAWord_refusedButForTraining(String name) throws Exception {
        ModelSpec spec = ModelSpec.parse(name);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelOpener.open(spec, 3))
                .withMessageContaining("write " + name + "=FILE")
                .withMessageContaining(name + "=random");
        ModelOpener.openForClasses(spec, 3, 0).close();
        ModelOpener.open(ModelSpec.parse(name + "=random"), 3).close();
    }

    @Test
    void open_notFinite_tensorNamed() throws Exception {
        Path file = folder.resolve("w.safetensors");
        Map<String, HostTensor> tensors = new LinkedHashMap<>(small(file).tensors());
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(4, Float.NaN);
        tensors.put("head.bias", HostTensor.of(new Shape(3), DataType.FLOAT32, bytes));
        Safetensors.write(file, StateDict.of(tensors), Map.of());
        ModelSpec spec = ModelSpec.parse("SmallMobileNet_x0_6=" + file);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelOpener.open(spec))
                .withMessageStartingWith(file + ": weights must be finite")
                .withMessageContaining("head.bias (1 of 3 values)");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelOpener.openForClasses(spec, 3, 0))
                .withMessageContaining("head.bias (1 of 3 values)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ResNet51_vd; did you mean ResNet50_vd",
                "runs/none; there is no folder runs/none",
                "SmallResNet_x1_0=ssld; must be random or a file, but were ssld: none are"
                        + " published",
                "GhostNet_x1_3_ssld=plain; for these write GhostNet_x1_3=plain",
                "GhostNet_x1_3_ssld=random:3; for these write GhostNet_x1_3=random:3",
                "ResNet50_vd=random:x; seed of random weights must be a whole number, but was x",
                "ResNet50_vd=weights.pt; .safetensors or .params, but were weights.pt"
            })
    void parse_nonsense_saysWhat(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSpec.parse(text))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"w.safetensors", "w.pdparams", "student-0000.params"})
    void open_file_itsWeightsAndClasses(String name) throws Exception {
        StateDict expected = small(folder.resolve(name));
        try (OpenModel model = open("SmallMobileNet_x0_6=" + folder.resolve(name))) {
            assertThat(state(model)).isEqualTo(expected);
            assertThat(model.classes()).isEqualTo(3);
            assertThat(model.classNames()).isEmpty();
            assertThat(model.labels()).containsExactly("0", "1", "2");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "w.safetensors, w.SAFETENSORS",
        "w.pdparams, w.PdParams",
        "student-0000.params, any.PARAMS",
        "student-0000.params, w.pdparams",
        "w.pdparams, w.safetensors",
        "w.safetensors, w.params"
    })
    void open_fileOfAnotherName_formatByItsContent(String name, String renamed) throws Exception {
        StateDict expected = small(folder.resolve(name));
        Path file = Files.move(folder.resolve(name), folder.resolve(renamed));
        try (OpenModel model = open("SmallMobileNet_x0_6=" + file)) {
            assertThat(state(model)).isEqualTo(expected);
        }
    }

    @Test
    void open_otherClasses_refusedOrNewHead() throws Exception {
        Path file = folder.resolve("w.safetensors");
        StateDict expected = small(file);
        ModelSpec spec = ModelSpec.parse("SmallMobileNet_x0_6=" + file);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelOpener.open(spec, 5))
                .withMessageContaining("classes must be the 3 of " + file + ", but were 5");
        try (OpenModel model = ModelOpener.openForClasses(spec, 5, 0)) {
            assertThat(model.classes()).isEqualTo(5);
            StateDict state = state(model);
            List<String> names = List.copyOf(state.tensors().keySet());
            assertThat(state.tensor(names.get(0))).isEqualTo(expected.tensor(names.get(0)));
            assertThat(state.tensor(names.get(names.size() - 1)).shape()).isEqualTo(new Shape(5));
        }
    }

    @Test
    void open_random_fromItsSeed() throws Exception {
        ModelSpec seven = ModelSpec.parse("SmallMobileNet_x0_6=random:7");
        ModelSpec eight = ModelSpec.parse("SmallMobileNet_x0_6=random:8");
        try (OpenModel first = ModelOpener.open(seven, 4);
                OpenModel again = ModelOpener.open(seven, 4);
                OpenModel other = ModelOpener.open(eight, 4)) {
            assertThat(state(first)).isEqualTo(state(again)).isNotEqualTo(state(other));
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelOpener.open(seven))
                .withMessageContaining("classes must be given for SmallMobileNet_x0_6");
    }

    @Test
    void open_published_fromTheFolderWithImageNetNames() throws Exception {
        System.setProperty("ssld.zoo.url", folder.toUri().toString());
        Path file = folder.resolve(ModelCard.of(SsldModel.PPLCNET_X0_25).fileName(false));
        try (OpenModel drawn = open("PPLCNet_x0_25=random:3")) {
            assertThat(drawn.classNames()).as("random weights know no names").isEmpty();
            SsldWeights.write(file, drawn.block());
            try (OpenModel model = open("PPLCNet_x0_25=plain")) {
                assertThat(state(model)).isEqualTo(state(drawn));
                assertThat(model.classNames()).hasSize(1000).contains("n02012849 crane");
                assertThat(model.normalization().mean()).containsExactly(0.485f, 0.456f, 0.406f);
            }
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open("PPLCNet_x0_25"))
                .withMessageContaining("or run 'ssld zoo download PPLCNet_x0_25'");
    }

    @Test
    void open_savedFolder_everythingFromIt() throws Exception {
        Path saved = folder.resolve("a=b");
        try (OpenModel drawn = ModelOpener.open(ModelSpec.parse("SmallMobileNet_x0_6=random"), 3)) {
            SavedModel.of(SMALL, List.of("cat", "dog", "owl"))
                    .withPreprocessing(SMALL.preprocessing().withCrop(32))
                    .write(saved, drawn.block(), ModelNotes.none());
            try (OpenModel model = open(saved.toString());
                    OpenModel other =
                            ModelOpener.openForClasses(ModelSpec.parse(saved.toString()), 2, 0)) {
                assertThat(state(model)).isEqualTo(state(drawn));
                assertThat(model.classNames()).containsExactly("cat", "dog", "owl");
                assertThat(model.preprocessing().crop()).isEqualTo(32);
                assertThat(other.classes()).isEqualTo(2);
                assertThat(other.classNames()).as("other classes").isEmpty();
            }
        }
    }

    @Test
    void open_otherFolder_isNoSavedModel() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open(folder.toString()))
                .withMessageContaining("must be the folder of a saved model");
    }

    @Test
    void open_brokenFile_namesIt() throws Exception {
        Path params = Files.writeString(folder.resolve("student-0000.params"), "nonsense");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open("SmallMobileNet_x0_6=" + params))
                .withMessageStartingWith(params + " must hold the parameters");
        Path wrong = folder.resolve("w.safetensors");
        small(wrong);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open("PPLCNet_x0_25=" + wrong))
                .withMessageContaining(wrong.toString());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open("PPLCNet_x0_25=" + folder.resolve("no.pdparams")))
                .withMessageContaining("no.pdparams");
    }
}
