package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Inits;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import java.util.List;

/**
 * MobileNetV2: inverted residuals (widen, filter each channel, narrow) with ReLU6, no dropout.
 *
 * <p>Paper: Sandler et al., <a href="https://arxiv.org/abs/1801.04381"><i>MobileNetV2: Inverted
 * Residuals and Linear Bottlenecks</i></a>, 2018.
 *
 * <p>As in PaddleClas the first block, too, has the convolution that widens, by 1. The first block
 * of a stage has no shortcut, all others have one.
 */
public record MobileNetV2() implements Network {

    private static final Convs CONVS =
            Convs.underscored(Convs.FanIn.ALL_CHANNELS).withChannelsTogether();
    private static final int STEM_WIDTH = 32;
    private static final int LAST_WIDTH = 1280;

    /**
     * Blocks of one width.
     *
     * @param expansion the factor by which a block widens
     * @param width the channels after a block
     * @param blocks how many blocks
     * @param stride the stride of the first block
     */
    private record Stage(int expansion, int width, int blocks, int stride) {}

    /** Stages in the original's names: conv2 to conv8. */
    private static final List<Stage> STAGES =
            List.of(
                    new Stage(1, 16, 1, 1),
                    new Stage(6, 24, 2, 2),
                    new Stage(6, 32, 3, 2),
                    new Stage(6, 64, 4, 2),
                    new Stage(6, 96, 3, 1),
                    new Stage(6, 160, 3, 2),
                    new Stage(6, 320, 1, 1));

    @Override
    public int features() {
        return LAST_WIDTH;
    }

    @Override
    public List<List<String>> stagePrefixes() {
        return List.of(
                List.of("conv1", "conv2"),
                List.of("conv3"),
                List.of("conv4"),
                List.of("conv5", "conv6"),
                List.of("conv7", "conv8", "conv9"));
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("out");
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        Chain network = new Chain().add("conv1", activated(CONVS.square(3, STEM_WIDTH, 2)));
        int width = STEM_WIDTH;
        for (int i = 0; i < STAGES.size(); i++) {
            String name = "conv" + (i + 2);
            network.add(name, stage(name, width, STAGES.get(i)));
            width = STAGES.get(i).width();
        }
        network.add("conv9", activated(CONVS.pointwise(LAST_WIDTH)));
        return Layers.withClassifier(network, "out", classes, Inits.xavierUniform());
    }

    private static Chain stage(String name, int inputWidth, Stage stage) {
        int width = stage.width();
        Chain blocks = new Chain();
        blocks.add("_first_block", inverted(inputWidth * stage.expansion(), width, stage.stride()));
        for (int i = 2; i <= stage.blocks(); i++) {
            blocks.add(name + "_" + i, inverted(width * stage.expansion(), width, 1).sum());
        }
        return blocks;
    }

    private static Chain inverted(int middle, int width, int stride) {
        return new Chain()
                .add("_expand_conv", activated(CONVS.pointwise(middle)))
                .add("_bottleneck_conv", activated(CONVS.depthwise(3, middle, stride)))
                .add("_linear_conv", CONVS.pointwise(width));
    }

    private static Chain activated(Chain convolution) {
        return convolution.add("relu6", Op.relu6());
    }
}
