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
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeaturesTest {

    private static final Shape INPUT = new Shape(2, 3, 64, 64);

    private final NDManager manager = NDManager.newBaseManager();
    private final ParameterStore parameters = new ParameterStore(manager, false);

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void forward_paths_logitsThenParts() {
        Block network = network(SsldModel.MOBILENETV3_SMALL_X0_35);
        NDList images = new NDList(manager.randomNormal(INPUT));
        Features features = Features.of(network, "blocks.3", "conv.conv", "last_conv");
        NDList outputs = features.forward(parameters, images, false);
        assertThat(outputs.getShapes())
                .containsExactly(
                        new Shape(2, 4),
                        new Shape(2, 16, 4, 4),
                        new Shape(2, 8, 32, 32),
                        new Shape(2, 1280, 1, 1));
        assertThat(outputs.subList(1, 4))
                .extracting(NDArray::getName)
                .containsExactly("blocks.3", "conv.conv", "last_conv");
        assertThat(outputs.get(0)).isEqualTo(network.forward(parameters, images, false).get(0));
    }

    @Test
    void forward_partWithSeveralOutputs_allOfThem() {
        Features features = Features.of(network(SsldModel.HRNET_W18_C), "st3");
        NDList images = new NDList(manager.randomNormal(INPUT));
        NDList outputs = features.forward(parameters, images, false);
        assertThat(List.of(outputs.getShapes()).subList(1, 4))
                .containsExactly(
                        new Shape(2, 18, 16, 16), new Shape(2, 36, 8, 8), new Shape(2, 72, 4, 4));
    }

    @Test
    void forward_partOfSqueezeExcite_sameLogits() {
        Block network = network(SsldModel.MOBILENETV3_SMALL_X0_35);
        NDList images = new NDList(manager.randomNormal(INPUT));
        Features features = Features.of(network, "blocks.0.mid_se.gate");
        NDList outputs = features.forward(parameters, images, false);
        NDArray factors = outputs.get(1);
        assertThat(factors.getShape()).isEqualTo(new Shape(2, 8, 1, 1));
        assertThat(factors.min().getFloat()).isBetween(0f, 1f);
        assertThat(outputs.get(0).allClose(network.forward(parameters, images, false).get(0)))
                .isTrue();
    }

    @Test
    void forward_inTraining_gradientThroughFeatures() {
        Block network = network(SsldModel.MOBILENETV3_SMALL_X0_35);
        Features features = Features.of(network, "blocks.0");
        NDList images = new NDList(manager.randomNormal(INPUT));
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDList outputs = features.forward(parameters, images, true);
            collector.backward(outputs.get(1).square().mean());
        }
        NDArray first = network.getParameters().valueAt(0).getArray();
        assertThat(first.getGradient().abs().max().getFloat()).isPositive();
    }

    @Test
    void of_unknownPath_partsListed() {
        Block network = SsldModel.RESNET34_VD.newBlock(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Features.of(network, "blocks.0.conv2"))
                .withMessage(
                        "path must name a part of the network, but was blocks.0.conv2; in the place"
                                + " of conv2 there are [conv0, conv1, short, sum_relu]");
    }

    private Block network(SsldModel model) {
        Block block = model.newBlock(4);
        block.initialize(manager, DataType.FLOAT32, INPUT);
        return block;
    }
}
