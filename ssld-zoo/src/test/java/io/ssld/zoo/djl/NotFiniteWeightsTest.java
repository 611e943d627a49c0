package io.ssld.zoo.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import io.ssld.weights.HostTensor;
import io.ssld.weights.Safetensors;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.weights.WeightMismatchException;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.SsldModel;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that are no numbers, on every way into a network and out of it. */
class NotFiniteWeightsTest {

    private static final SmallModel NETWORK = SmallModel.MOBILENET_X0_6;
    private static final Shape INPUT = new Shape(1, 3, 28, 28);
    private static final String BIAS = "head.bias";
    private static final String FAULT = BIAS + " (1 of 3 values)";

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir private Path folder;

    @AfterEach
    void close() {
        System.clearProperty("ssld.zoo.url");
        manager.close();
    }

    private Block network() {
        Block block = NETWORK.newBlock(3);
        block.initialize(manager, DataType.FLOAT32, INPUT);
        return block;
    }

    private static StateDict with(StateDict state, String name, HostTensor tensor) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>(state.tensors());
        tensors.put(name, tensor);
        return StateDict.of(tensors);
    }

    private static HostTensor doubles(double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return HostTensor.of(new Shape(values.length), DataType.FLOAT64, bytes);
    }

    private static HostTensor bias(double value) {
        return doubles(0, value, 1).toType(DataType.FLOAT32);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void initialize_notFinite_tensorNamedAndNothingChanged(double value) {
        Block filled = network();
        StateDict before = StateDict.of(filled);
        StateDict broken = with(before, BIAS, bias(value));
        Block fresh = NETWORK.newBlock(3);
        for (Block block : List.of(filled, fresh)) {
            assertThatExceptionOfType(WeightMismatchException.class)
                    .isThrownBy(() -> SsldWeights.of(broken).initialize(block, manager, INPUT))
                    .withMessageContaining(FAULT);
            assertThatExceptionOfType(WeightMismatchException.class)
                    .isThrownBy(() -> broken.initialize(block, manager, INPUT))
                    .withMessageContaining(FAULT);
            assertThatExceptionOfType(WeightMismatchException.class)
                    .isThrownBy(() -> broken.install(block, manager))
                    .withMessageContaining(FAULT);
        }
        assertThat(fresh.isInitialized()).isFalse();
        assertThat(StateDict.of(filled)).isEqualTo(before);
    }

    @Test
    void initialize_halfOrBeyondSinglePrecision_refused() {
        Block block = network();
        StateDict state = StateDict.of(block);
        StateDict half = with(state, BIAS, doubles(0, 1e6, 1).toType(DataType.FLOAT16));
        StateDict wide = with(state, BIAS, doubles(0, 1e300, 1));
        for (StateDict broken : List.of(half, wide)) {
            assertThatExceptionOfType(WeightMismatchException.class)
                    .isThrownBy(() -> SsldWeights.of(broken).initialize(block, manager, INPUT))
                    .withMessageContaining(FAULT);
        }
    }

    @Test
    void initialize_allTensorsBroken_messageIsShortAndCounts() {
        Block block = network();
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            tensors.put("a.tensor.with.a.long.name." + i, bias(Double.NaN));
        }
        assertThatExceptionOfType(WeightMismatchException.class)
                .isThrownBy(() -> StateDict.of(tensors).install(block, manager))
                .withMessageContaining("more")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
    }

    @Test
    void install_otherNetwork_messageIsShortAndCounts() {
        Block block = SsldModel.PPHGNET_BASE.newBlock(10);
        assertThatExceptionOfType(WeightMismatchException.class)
                .isThrownBy(() -> StateDict.of(network()).install(block, manager))
                .withMessageContaining(" missing: ")
                .withMessageContaining(" more; ")
                .withMessageContaining(" unexpected: ")
                .withMessageEndingWith("StateDict.toType for its type")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"weights.pdparams", "weights.safetensors"})
    void write_notFinite_refusedAndNothingWritten(String name) {
        Block block = network();
        block.getParameters().valueAt(block.getParameters().size() - 1).getArray().divi(0f);
        Path file = folder.resolve(name);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldWeights.write(file, block))
                .withMessageContaining(BIAS);
        SavedModel saved = SavedModel.of(NETWORK, List.of("a", "b", "c"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> saved.write(folder.resolve("model"), block, ModelNotes.none()))
                .withMessageContaining(BIAS);
        assertThat(folder).isEmptyDirectory();
    }

    private static Criteria<Image, Classifications> criteria(Path model) {
        return Criteria.builder()
                .setTypes(Image.class, Classifications.class)
                .optModelPath(model)
                .build();
    }

    @Test
    void criteria_savedModel_tensorNamed() throws Exception {
        Block block = network();
        Path model = folder.resolve("model");
        SavedModel.of(NETWORK, List.of("a", "b", "c")).write(model, block, ModelNotes.none());
        StateDict broken = with(StateDict.of(block), BIAS, bias(Double.NaN));
        Safetensors.write(model.resolve(SavedModel.WEIGHTS), broken, Map.of());
        assertThatThrownBy(() -> criteria(model).loadModel().close())
                .hasStackTraceContaining(FAULT);
    }

    @Test
    void criteria_parametersReadByDjl_tensorNamed() throws Exception {
        try (Model model = Model.newInstance("model", "PyTorch")) {
            Block block = NETWORK.newBlock(3);
            block.initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
            with(StateDict.of(block), BIAS, bias(1)).install(block, model.getNDManager());
            block.getParameters().valueAt(block.getParameters().size() - 1).getArray().divi(0f);
            model.setBlock(block);
            model.save(folder, "model");
        }
        Files.writeString(
                folder.resolve("serving.properties"),
                "option.modelName=model\nssldModel=%s\nclasses=3\nblockFactory=%s\ntranslatorFactory=%s\n"
                        .formatted(
                                NETWORK.modelName(),
                                SsldBlockFactory.class.getName(),
                                SsldTranslatorFactory.class.getName()));
        assertThatThrownBy(
                        () ->
                                Criteria.builder()
                                        .setTypes(Image.class, Classifications.class)
                                        .optModelPath(folder)
                                        .optModelName("model")
                                        .optTranslatorFactory(new SsldTranslatorFactory())
                                        .build()
                                        .loadModel()
                                        .close())
                .hasStackTraceContaining("weights must be finite")
                .hasStackTraceContaining(BIAS);
    }

    @Test
    void zooLoader_tensorNamed() throws Exception {
        SsldModel network = SsldModel.PPLCNET_X0_25;
        Block block = network.newBlock(3);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 224, 224));
        StateDict broken = with(StateDict.of(block), "fc.bias", bias(Double.NaN));
        Path file = folder.resolve("own.safetensors");
        Safetensors.write(file, broken, Map.of());
        System.setProperty("ssld.zoo.url", folder.toUri().toString());
        assertThatThrownBy(
                        () ->
                                Criteria.builder()
                                        .setTypes(Image.class, Classifications.class)
                                        .optGroupId("io.ssld")
                                        .optArtifactId(network.modelName())
                                        .optArgument("weights", file.toString())
                                        .optArgument("classes", 3)
                                        .build()
                                        .loadModel()
                                        .close())
                .hasStackTraceContaining(file + ": weights must be finite")
                .hasStackTraceContaining("fc.bias (1 of 3 values)");
    }
}
