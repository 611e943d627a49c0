package io.ssld.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every small network promises. */
class SmallModelTest {

    private static final Shape INPUT = new Shape(2, 3, 28, 28);

    private final NDManager manager = NDManager.newBaseManager();

    @TempDir Path folder;

    @BeforeEach
    void seed() {
        Engine.getInstance().setRandomSeed(7);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "RESNET_X1_0, 628330, 1632",
        "MOBILENET_X1_0, 30258, 1376",
        "MOBILENET_X0_6, 12266, 832"
    })
    void parameterCount_tenClasses_asDocumented(SmallModel model, long trainable, long statistics) {
        Block block = initialized(model, 10, INPUT);
        assertThat(size(block, true)).isEqualTo(trainable).isEqualTo(model.parameterCount(10));
        assertThat(size(block, false)).isEqualTo(statistics);
    }

    @ParameterizedTest
    @EnumSource
    void newBlock_anyClassesAndImageSize_oneScorePerClass(SmallModel model) {
        for (Shape input : new Shape[] {new Shape(3, 3, 16, 17), new Shape(2, 3, 32, 35)}) {
            for (int classes : new int[] {1, 3, 101}) {
                Block block = initialized(model, classes, input);
                Shape expected = new Shape(input.get(0), classes);
                NDArray logits = forward(block, manager.randomNormal(input), false);
                assertThat(logits.getShape()).isEqualTo(expected);
                assertThat(block.getOutputShapes(new Shape[] {input})).containsExactly(expected);
                assertThat(size(block, true)).isEqualTo(model.parameterCount(classes));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void forward_backward_finiteAndGradientInEveryTrainableParameter(SmallModel model) {
        Block block = initialized(model, 10, INPUT);
        NDArray images = manager.randomNormal(INPUT);
        NDArray before = forward(block, images, false);
        NDArray logits;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            logits = forward(block, images, true);
            // Not the plain sum: batch normalisation makes that one constant.
            collector.backward(logits.logSoftmax(1).get(":, 0").sum());
        }
        assertThat(before.abs().max().getFloat()).isPositive().isFinite();
        assertThat(logits.abs().max().getFloat()).isPositive().isFinite();
        for (Pair<String, Parameter> next : block.getParameters()) {
            NDArray array = next.getValue().getArray();
            assertThat(array.hasGradient())
                    .as(next.getKey())
                    .isEqualTo(next.getValue().requiresGradient());
            if (array.hasGradient()) {
                float largest = array.getGradient().abs().max().getFloat();
                assertThat(largest).as(next.getKey()).isPositive().isFinite();
            }
        }
        assertThat(forward(block, images, false)).as("statistics moved").isNotEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void state_throughSafetensors_equalLogits(SmallModel model) throws Exception {
        Block source = initialized(model, 10, INPUT);
        NDArray images = manager.randomNormal(INPUT);
        forward(source, images, true);
        Path file = folder.resolve("weights.safetensors");
        Safetensors.write(file, StateDict.of(source), Map.of("model", model.modelName()));

        Block copy = model.newBlock(10);
        Safetensors.read(file).initialize(copy, manager, INPUT);
        assertThat(forward(copy, images, false)).isEqualTo(forward(source, images, false));
    }

    @ParameterizedTest
    @EnumSource
    void parameters_throughDjlsOwnFormat_equalLogits(SmallModel model) throws Exception {
        Block source = initialized(model, 10, INPUT);
        NDArray images = manager.randomNormal(INPUT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        source.saveParameters(new DataOutputStream(bytes));

        Block copy = model.newBlock(10);
        copy.loadParameters(
                manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(forward(copy, images, false)).isEqualTo(forward(source, images, false));
    }

    @ParameterizedTest
    @EnumSource
    void initialWeights_eachLayer_documentedSpread(SmallModel model) {
        for (Pair<String, Parameter> next : initialized(model, 500, INPUT).getParameters()) {
            NDArray array = next.getValue().getArray();
            Shape shape = array.getShape();
            if (next.getValue().getType() != Parameter.Type.WEIGHT || shape.size() < 500) {
                continue;
            }
            boolean convolution = shape.dimension() == 4;
            double expected = convolution ? Math.sqrt(2.0 / shape.slice(1).size()) : 0.01;
            double spread = Math.sqrt(array.square().mean().getFloat());
            // Five standard errors of a sample of this size.
            double tolerance = 5 * expected / Math.sqrt(2.0 * shape.size());
            assertThat(spread).as(next.getKey()).isCloseTo(expected, within(tolerance));
        }
    }

    @Test
    void teacher_inHalfPrecision_fitsOneAndAHalfMegabytes() {
        Block teacher = initialized(SmallModel.RESNET_X1_0, 10, INPUT);
        assertThat(2 * (size(teacher, true) + size(teacher, false))).isLessThan(1_500_000);
    }

    @Test
    void stateNames_teacher_sayWhereTheyAre() {
        Block teacher = initialized(SmallModel.RESNET_X1_0, 10, INPUT);
        assertThat(StateDict.of(teacher).tensors())
                .hasSize(42)
                .containsKeys(
                        "stem.conv.weight",
                        "stage1.block1.body.first.norm.runningVar",
                        "stage2.block1.shortcut.project.conv.weight",
                        "head.bias");
    }

    @ParameterizedTest
    @EnumSource
    void of_modelName_thatModel(SmallModel model) {
        assertThat(SmallModel.of(model.modelName())).isSameAs(model);
    }

    @Test
    void of_unknownName_namesListed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmallModel.of("ResNet50_vd"))
                .withMessage(
                        "model must be one of SmallResNet_x1_0, SmallMobileNet_x1_0,"
                                + " SmallMobileNet_x0_6, but was ResNet50_vd");
    }

    @Test
    void newBlock_noClasses_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmallModel.MOBILENET_X0_6.newBlock(0))
                .withMessage("classes must be at least 1, but was 0");
    }

    private Block initialized(SmallModel model, int classes, Shape input) {
        Block block = model.newBlock(classes);
        block.initialize(manager, DataType.FLOAT32, input);
        return block;
    }

    private NDArray forward(Block block, NDArray images, boolean training) {
        ParameterStore parameters = new ParameterStore(manager, false);
        return block.forward(parameters, new NDList(images), training).singletonOrThrow();
    }

    private static long size(Block block, boolean trainable) {
        return block.getParameters().values().stream()
                .filter(parameter -> parameter.requiresGradient() == trainable)
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }
}
