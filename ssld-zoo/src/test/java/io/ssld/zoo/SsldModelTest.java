package io.ssld.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.ssld.weights.PaddleNames;
import io.ssld.weights.PaddleNames.Entry;
import io.ssld.weights.StateDict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What every published network promises; {@link SsldModelGoldenTest} has what it computes. */
class SsldModelTest {

    private static final Shape PUBLISHED_INPUT = new Shape(1, 3, 224, 224);

    private final NDManager manager = NDManager.newBaseManager();

    @BeforeEach
    void seed() {
        Engine.getInstance().setRandomSeed(7);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void state_paddleNames_equalToTheOriginals(SsldModel model) {
        Map<String, Entry> state = PaddleNames.of(planned(model, 1000, PUBLISHED_INPUT));
        List<Golden.Row> rows = new ArrayList<>();
        state.forEach((name, entry) -> rows.add(row(name, entry, state)));
        assertThat(rows).isEqualTo(Golden.of(model).manifest());
    }

    @ParameterizedTest
    @EnumSource
    void size_asTheOriginal(SsldModel model) {
        Golden.Values golden = Golden.of(model).values();
        Block block = planned(model, 1000, PUBLISHED_INPUT);
        assertThat(trainable(block)).isEqualTo(golden.paramCount());
        assertThat(model.parameterCount(1000)).isEqualTo(golden.paramCount());
        assertThat(multiplyAdds(block)).isEqualTo(golden.macs());
    }

    @ParameterizedTest
    @EnumSource
    void newBlock_otherClasses_oneScorePerClass(SsldModel model) {
        for (int classes : new int[] {1, 7}) {
            Shape input = new Shape(2, 3, 64, 96);
            Block block = planned(model, classes, input);
            assertThat(block.getOutputShapes(new Shape[] {input}))
                    .containsExactly(new Shape(2, classes));
            assertThat(trainable(block)).isEqualTo(model.parameterCount(classes));
        }
    }

    /** The golden tests rest on this formula: its checksums come from the reference. */
    @ParameterizedTest
    @EnumSource
    void goldenWeights_checksum_asTheReference(SsldModel model) {
        Golden golden = Golden.of(model);
        GoldenWeights weights = new GoldenWeights(golden.values());
        CRC32 checksum = new CRC32();
        golden.manifest().forEach(row -> GoldenWeights.update(checksum, weights.tensor(row)));
        assertThat(checksum.getValue()).isEqualTo(golden.values().weightsCrc32());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ANY, names = SsldModelGoldenTest.SMALLEST)
    void firstWeights_trainingPass_finiteAndAllPartsReached(SsldModel model) {
        Shape input = new Shape(4, 3, 64, 64);
        Block block = model.newBlock(5);
        block.initialize(manager, DataType.FLOAT32, input);
        NDArray images = manager.randomNormal(input);
        NDArray logits;
        UsedMemory.leaveNan();
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            logits = forward(block, images, true);
            collector.backward(logits.logSoftmax(1).get(":, 0").sum());
        }
        assertThat(logits.abs().max().getFloat()).isPositive().isFinite();
        PaddleNames.of(block).forEach(SsldModelTest::checkGradient);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ANY, names = SsldModelGoldenTest.SMALLEST)
    void forward_eitherMode_noIntermediateArrayLeft(SsldModel model) {
        Shape input = new Shape(2, 3, 64, 64);
        Block block = model.newBlock(5);
        block.initialize(manager, DataType.FLOAT32, input);
        for (boolean training : new boolean[] {false, true}) {
            try (NDManager pass = manager.newSubManager()) {
                NDArray images = pass.ones(input);
                UsedMemory.leaveNan();
                NDArray logits = forward(block, images, training);
                for (float logit : logits.toFloatArray()) {
                    assertThat(logit).isFinite();
                }
                // The engine's clip leaves its two bounds, which are scalars.
                assertThat(pass.getManagedArrays())
                        .filteredOn(array -> !array.isScalar())
                        .containsExactlyInAnyOrder(images, logits);
            }
        }
    }

    private static void checkGradient(String name, Entry entry) {
        NDArray array = entry.parameter().getArray();
        assertThat(array.hasGradient()).as(name).isEqualTo(entry.parameter().requiresGradient());
        if (array.hasGradient()) {
            float largest = array.getGradient().abs().max().getFloat();
            assertThat(largest).as(name).isFinite();
            // The merged convolution of PPLCNetV2 has no part in the network as it trains.
            boolean unused = name.matches("stages\\.[23]\\.\\d\\.dw_conv\\.(weight|bias)");
            assertThat(largest > 0).as(name).isEqualTo(!unused);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MOBILENETV3_SMALL_X0_35", "PPLCNETV2_BASE"})
    void parameters_throughFiles_equalLogits(SsldModel model) throws Exception {
        Shape input = new Shape(2, 3, 64, 64);
        Block source = model.newBlock(5);
        source.initialize(manager, DataType.FLOAT32, input);
        NDArray images = manager.randomNormal(input);
        NDArray expected = forward(source, images, false);

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        source.saveParameters(new DataOutputStream(bytes));
        Block loaded = model.newBlock(5);
        loaded.loadParameters(
                manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(forward(loaded, images, false)).isEqualTo(expected);

        Block installed = model.newBlock(5);
        StateDict.of(source).initialize(installed, manager, input);
        assertThat(forward(installed, images, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"29, 64", "64, 30", "31, 32", "224, 222"})
    void hrNet_fittingSides_accepted(int height, int width) {
        Block block = planned(SsldModel.HRNET_W18_C, 3, new Shape(1, 3, height, width));
        NDArray images = manager.ones(new Shape(1, 3, height, width));
        assertThat(forward(block, images, false).getShape()).isEqualTo(new Shape(1, 3));
    }

    @ParameterizedTest
    @CsvSource({"97, 131", "64, 33", "28, 64"})
    void hrNet_otherSides_refused(int height, int width) {
        Block block = SsldModel.HRNET_W18_C.newBlock(3);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                block.initialize(
                                        manager, DataType.FLOAT32, new Shape(1, 3, height, width)))
                .withMessage(
                        "image sides must leave 29, 30, 31 or 0 when divided by 32, but was %dx%d;"
                                + " resize or pad the images",
                        height, width);
    }

    @ParameterizedTest
    @EnumSource
    void of_modelName_thatModel(SsldModel model) {
        assertThat(SsldModel.of(model.modelName())).isSameAs(model);
    }

    @Test
    void of_unknownName_namesListedOrOffered() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldModel.of("vit"))
                .withMessageStartingWith("model must be one of PPLCNetV2_base, ")
                .withMessageEndingWith(", SE_HRNet_W64_C, but was vit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldModel.of("ResNet50"))
                .withMessageStartingWith(
                        "model must be a built-in network, but was ResNet50; did you mean"
                                + " ResNet50_vd");
    }

    @ParameterizedTest
    @EnumSource
    void newBlock_noClasses_refused(SsldModel model) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.newBlock(0))
                .withMessage("classes must be at least 1, but was 0");
    }

    @Test
    void newBlock_wrongDropout_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldModel.PPLCNET_X1_0.newBlock(2, 1))
                .withMessage("dropout must be at least 0 and less than 1, but was 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SsldModel.RESNET50_VD.newBlock(2, 0.2))
                .withMessage("dropout must be 0 for ResNet50_vd, which has none, but was 0.2");
    }

    /** Initialises without writing the parameters, so that the largest networks cost nothing. */
    private Block planned(SsldModel model, int classes, Shape input) {
        Block block = model.newBlock(classes);
        for (Parameter parameter : block.getParameters().values()) {
            parameter.setInitializer((owner, shape, type) -> owner.create(shape, type));
        }
        block.initialize(manager, DataType.FLOAT32, input);
        return block;
    }

    private NDArray forward(Block block, NDArray images, boolean training) {
        ParameterStore parameters = new ParameterStore(manager, false);
        return block.forward(parameters, new NDList(images), training).singletonOrThrow();
    }

    private static Golden.Row row(String name, Entry entry, Map<String, Entry> state) {
        Parameter parameter = entry.parameter();
        List<Long> shape = Arrays.stream(entry.shape().getShape()).boxed().toList();
        String role =
                switch (parameter.getType()) {
                    case GAMMA -> "bn_weight";
                    case BETA -> "bn_bias";
                    case RUNNING_MEAN -> "bn_mean";
                    case RUNNING_VAR -> "bn_variance";
                    case WEIGHT -> entry.transposed() ? "linear_weight" : "conv_weight";
                    case BIAS -> {
                        String weight = name.replaceFirst("bias$", "weight");
                        Entry sibling = Objects.requireNonNull(state.get(weight), weight);
                        yield sibling.transposed() ? "linear_bias" : "conv_bias";
                    }
                    default -> "other";
                };
        String type = parameter.getArray().getDataType().toString();
        return new Golden.Row(name, shape, parameter.requiresGradient(), role, type);
    }

    private static long trainable(Block block) {
        return block.getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }

    /** Multiply-adds of convolutions and linear layers for the input the block was planned for. */
    private static long multiplyAdds(Block block) {
        long sum = 0;
        if (block instanceof Convolution || block instanceof Linear) {
            Shape output = block.getOutputShapes(block.getInputShapes())[0];
            long positions = output.slice(2).size();
            sum += positions * block.getDirectParameters().get("weight").getShape().size();
        }
        for (Block child : block.getChildren().values()) {
            sum += multiplyAdds(child);
        }
        return sum;
    }
}
