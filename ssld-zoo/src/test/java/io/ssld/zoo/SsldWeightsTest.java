package io.ssld.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.ssld.weights.HostTensor;
import io.ssld.weights.PdParams;
import io.ssld.weights.Safetensors;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.weights.WeightMismatchException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The way of weights from a file into a network and back. */
class SsldWeightsTest {

    private static final Shape INPUT = new Shape(2, 3, 64, 64);
    private static final SsldModel SMALL = SsldModel.PPLCNET_X0_25;

    private final NDManager manager = NDManager.newBaseManager();

    @TempDir private Path folder;

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** The reference's weights give the reference's scores: layout, names and dropout's factor. */
    @ParameterizedTest
    @EnumSource(names = {"PPLCNET_X0_25", "MOBILENETV3_SMALL_X0_35", "RESNET34_VD"})
    void pdparams_ofTheReference_itsLogits(SsldModel model) throws Exception {
        Golden golden = Golden.of(model);
        Path file = folder.resolve("reference.pdparams");
        PdParams.write(file, reference(golden));
        Block block = model.newBlock(1000);
        Golden.Values values = golden.values();
        Shape shape = new Shape(values.inputShape());
        SsldWeights.read(file).initialize(block, manager, shape);
        float[] input = new GoldenWeights(values).images(values.inputName(), values.inputShape());
        float[] logits = forward(block, manager.create(input, shape)).toFloatArray();
        for (int i = 0; i < values.logits().size(); i++) {
            assertThat((double) logits[i])
                    .isCloseTo(values.logits().get(i), within(values.toleranceMaxAbs()));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_ANY,
            names =
                    "PPLCNETV2_BASE|PPLCNET_X0_25|MOBILENETV1|MOBILENETV3_SMALL_X0_35|GHOSTNET_X1_3")
    void writeThenRead_bothFormats_equalLogits(SsldModel model) throws Exception {
        Block first = model.newBlock(7);
        first.initialize(manager, DataType.FLOAT32, INPUT);
        // Of the zeros and ones that biases and statistics begin with, none would be missed.
        Map<String, HostTensor> drawn = new LinkedHashMap<>();
        StateDict.of(first)
                .tensors()
                .forEach((name, tensor) -> drawn.put(name, drawn(tensor.shape())));
        SsldWeights.of(StateDict.of(drawn)).initialize(first, manager, INPUT);
        NDArray images = manager.randomUniform(-1, 1, INPUT);
        float[] expected = forward(first, images).toFloatArray();
        for (String name : List.of("weights.pdparams", "weights.safetensors")) {
            Path file = folder.resolve(name);
            SsldWeights.write(file, first);
            Block second = model.newBlock(7);
            SsldWeights.read(file).initialize(second, manager, INPUT);
            assertThat(forward(second, images).toFloatArray()).as(name).isEqualTo(expected);
            assertThat(StateDict.of(second)).isEqualTo(StateDict.of(first));
        }
    }

    @Test
    void paddleState_isWhatTheOriginalKeeps() {
        Block block = SMALL.newBlock(1000);
        block.initialize(manager, DataType.FLOAT32, INPUT);
        StateDict state = SsldWeights.paddleState(block);
        List<Golden.Row> rows = Golden.of(SMALL).manifest();
        assertThat(state.tensors().keySet())
                .containsExactlyElementsOf(rows.stream().map(Golden.Row::name).toList());
        for (Golden.Row row : rows) {
            assertThat(state.tensor(row.name()).shape()).isEqualTo(new Shape(row.shape()));
        }
    }

    @Test
    void initialize_safetensorsOfPaddlesNames_understood() throws Exception {
        StateDict state = reference(Golden.of(SMALL));
        Path file = folder.resolve("paddle.safetensors");
        Safetensors.write(file, state, Map.of());
        Block block = SMALL.newBlock(1000);
        SsldWeights.read(file).initialize(block, manager, INPUT);
        assertThat(SsldWeights.paddleState(block)).isEqualTo(state);
    }

    @Test
    void initialize_doublePrecision_becomesSingle() throws Exception {
        StateDict state = reference(Golden.of(SMALL));
        Block block = SMALL.newBlock(1000);
        SsldWeights.of(state.toType(DataType.FLOAT64)).initialize(block, manager, INPUT);
        assertThat(SsldWeights.paddleState(block)).isEqualTo(state);
    }

    @Test
    void initialize_faults_allNamedAndNothingChanged() {
        Map<String, HostTensor> tensors =
                new LinkedHashMap<>(reference(Golden.of(SMALL)).tensors());
        tensors.remove("conv1.bn._mean");
        tensors.remove("blocks6.1.se.conv2.bias");
        tensors.put("extra", drawn(new Shape(1)));
        tensors.put("conv1.conv.weight", drawn(new Shape(8, 3, 1, 1)));
        SsldWeights weights = SsldWeights.of(StateDict.of(tensors));
        Block fresh = SMALL.newBlock(1000);
        Block filled = SMALL.newBlock(1000);
        filled.initialize(manager, DataType.FLOAT32, INPUT);
        StateDict before = StateDict.of(filled);
        for (Block block : List.of(fresh, filled)) {
            assertThatExceptionOfType(WeightMismatchException.class)
                    .isThrownBy(() -> weights.initialize(block, manager, INPUT))
                    .withMessageContaining("2 missing: conv1.bn._mean, blocks6.1.se.conv2.bias")
                    .withMessageContaining("1 unexpected: extra")
                    .withMessageContaining("conv1.conv.weight is float32 (8, 3, 1, 1) for");
        }
        assertThat(fresh.isInitialized()).isFalse();
        assertThat(StateDict.of(filled)).isEqualTo(before);
    }

    @Test
    void otherClasses_refusedUnlessAllowed() throws Exception {
        StateDict state = reference(Golden.of(SMALL));
        Block block = SMALL.newBlock(10);
        assertThatExceptionOfType(WeightMismatchException.class)
                .isThrownBy(() -> SsldWeights.of(state).initialize(block, manager, INPUT))
                .withMessageContaining("fc.weight is float32 (1280, 1000) for float32 (1280, 10)");
        SsldWeights lenient = SsldWeights.of(state).allowDifferentHead();
        lenient.initialize(block, manager, INPUT);
        StateDict loaded = SsldWeights.paddleState(block);
        assertThat(loaded.tensor("fc.weight").shape()).isEqualTo(new Shape(1280, 10));
        assertThat(loaded.tensor("fc.weight").bytes().getFloat()).isNotZero();
        assertThat(loaded.tensor("fc.bias")).isEqualTo(zeros(new Shape(10)));
        assertThat(loaded.tensor("conv1.conv.weight")).isEqualTo(state.tensor("conv1.conv.weight"));
        // An initialised block keeps its own head, and a head that fits is loaded.
        lenient.initialize(block, manager, INPUT);
        assertThat(SsldWeights.paddleState(block)).isEqualTo(loaded);
        Block same = SMALL.newBlock(1000);
        lenient.initialize(same, manager, INPUT);
        assertThat(SsldWeights.paddleState(same)).isEqualTo(state);
    }

    @Test
    void withNewHead_fittingOrNot_keepsTheBlocksOwn() throws Exception {
        StateDict state = reference(Golden.of(SMALL));
        SsldWeights body = SsldWeights.of(state).withNewHead();
        for (int classes : new int[] {10, 1000}) {
            Block block = SMALL.newBlock(classes);
            body.initialize(block, manager, INPUT);
            StateDict loaded = SsldWeights.paddleState(block);
            assertThat(loaded.tensor("fc.bias")).isEqualTo(zeros(new Shape(classes)));
            assertThat(loaded.tensor("fc.weight")).isNotEqualTo(state.tensor("fc.weight"));
            assertThat(loaded.tensor("conv1.conv.weight"))
                    .isEqualTo(state.tensor("conv1.conv.weight"));
            body.initialize(block, manager, INPUT);
            assertThat(SsldWeights.paddleState(block)).isEqualTo(loaded);
        }
        Block other = SsldModel.PPLCNET_X0_5.newBlock(1000);
        assertThatExceptionOfType(WeightMismatchException.class)
                .isThrownBy(() -> body.initialize(other, manager, INPUT));
    }

    @Test
    void allowDifferentHead_otherNetwork_stillRefused() {
        StateDict state = reference(Golden.of(SMALL));
        Block other = SsldModel.PPLCNET_X0_5.newBlock(10);
        assertThatExceptionOfType(WeightMismatchException.class)
                .isThrownBy(
                        () ->
                                SsldWeights.of(state)
                                        .allowDifferentHead()
                                        .initialize(other, manager, INPUT))
                .withMessageContaining("blocks2.0.pw_conv.conv.weight is float32");
    }

    @Test
    void read_otherExtension_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldWeights.read(Path.of("weights.pth")))
                .withMessage("file must end in .pdparams or .safetensors, but was weights.pth");
    }

    private static StateDict reference(Golden golden) {
        GoldenWeights weights = new GoldenWeights(golden.values());
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (Golden.Row row : golden.manifest()) {
            tensors.put(row.name(), tensor(new Shape(row.shape()), weights.tensor(row)));
        }
        return StateDict.of(tensors);
    }

    private HostTensor drawn(Shape shape) {
        try (NDArray array = manager.randomUniform(.5f, 1.5f, shape)) {
            return HostTensor.of(array);
        }
    }

    private static HostTensor zeros(Shape shape) {
        return tensor(shape, new float[(int) shape.size()]);
    }

    private static HostTensor tensor(Shape shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return HostTensor.of(shape, DataType.FLOAT32, bytes);
    }

    private NDArray forward(Block block, NDArray images) {
        ParameterStore parameters = new ParameterStore(manager, false);
        return block.forward(parameters, new NDList(images), false).singletonOrThrow();
    }
}
