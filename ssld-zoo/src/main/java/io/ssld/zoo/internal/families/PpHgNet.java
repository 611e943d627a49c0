package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Cascade;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import java.util.List;
import java.util.OptionalDouble;

/**
 * PP-HGNet ("high performance GPU net"): blocks of plain 3x3 convolutions whose outputs are all
 * gathered by a 1x1 convolution, followed by one-layer squeeze-and-excitation.
 *
 * <p>Described in PaddleClas' documentation of 2022, without a paper; the block is that of
 * VoVNetV2: Lee and Park, <a href="https://arxiv.org/abs/1911.06667"><i>CenterMask</i></a>, 2019.
 *
 * <p>Stages after the first begin with a depthwise convolution of stride 2, which no activation
 * follows. From the second block of a stage on, the input is added. Dropout before the classifier
 * is the kind that scales at inference.
 *
 * <table>
 * <caption>Variants: inner width, width and number of blocks of the four stages</caption>
 * <tr><th>name</th><th>stem</th><th>layers</th><th>stages</th><th>dropout</th></tr>
 * <tr><td>PPHGNet_tiny</td><td>48, 48, 96</td><td>5</td><td>{@link #TINY}</td><td>0</td></tr>
 * <tr><td>PPHGNet_small</td><td>64, 64, 128</td><td>6</td><td>{@link #SMALL}</td><td>0</td></tr>
 * <tr><td>PPHGNet_base</td><td>96, 96, 160</td><td>7</td><td>{@link #BASE}</td><td>0.2</td></tr>
 * </table>
 *
 * @param stem the widths of the first three convolutions
 * @param layers the 3x3 convolutions of a block
 * @param stages the stages in order
 * @param rate the probability of dropout
 */
public record PpHgNet(List<Integer> stem, int layers, List<Stage> stages, double rate)
        implements Network {

    private static final Convs CONVS = Convs.named(Convs.FanIn.FILTER);
    private static final int LAST_WIDTH = 2048;

    /**
     * Blocks of one width.
     *
     * @param middle the channels of the 3x3 convolutions
     * @param width the channels after a block
     * @param blocks how many blocks
     */
    record Stage(int middle, int width, int blocks) {}

    public static final List<Stage> TINY =
            List.of(
                    new Stage(96, 224, 1),
                    new Stage(128, 448, 1),
                    new Stage(160, 512, 2),
                    new Stage(192, 768, 1));

    public static final List<Stage> SMALL =
            List.of(
                    new Stage(128, 256, 1),
                    new Stage(160, 512, 1),
                    new Stage(192, 768, 2),
                    new Stage(224, 1024, 1));

    public static final List<Stage> BASE =
            List.of(
                    new Stage(192, 320, 1),
                    new Stage(224, 640, 2),
                    new Stage(256, 960, 3),
                    new Stage(288, 1280, 2));

    @Override
    public int features() {
        return LAST_WIDTH;
    }

    @Override
    public List<List<String>> stagePrefixes() {
        return Stages.after(List.of("stem"), Stages.numbered("stages.", List.of(1, 1, 1, 1)));
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("last_conv", "fc");
    }

    @Override
    public OptionalDouble dropout() {
        return OptionalDouble.of(rate);
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        Chain first = new Chain();
        for (int i = 0; i < stem.size(); i++) {
            first.add(CONVS.square(3, stem.get(i), i == 0 ? 2 : 1).relu());
        }
        Chain rest = new Chain();
        int width = stem.get(stem.size() - 1);
        for (int i = 0; i < stages.size(); i++) {
            rest.add(stage(width, stages.get(i), i > 0));
            width = stages.get(i).width();
        }
        Chain network =
                new Chain().add("stem", first).add("pool", Op.maxPool()).add("stages", rest);
        return Layers.withExpandedClassifier(network, LAST_WIDTH, Op.relu(), dropout, classes);
    }

    private Chain stage(int inputWidth, Stage stage, boolean halved) {
        Chain result = new Chain();
        if (halved) {
            result.add("downsample", CONVS.depthwise(3, inputWidth, 2));
        }
        Chain blocks = new Chain().add(block(stage));
        for (int i = 1; i < stage.blocks(); i++) {
            blocks.add(block(stage).sum());
        }
        return result.add("blocks", blocks);
    }

    private Chain block(Stage stage) {
        Cascade convolutions = new Cascade(true);
        for (int i = 0; i < layers; i++) {
            convolutions.add(CONVS.square(3, stage.middle(), 1).relu());
        }
        Chain attention =
                new Chain()
                        .add("avg_pool", Op.globalMean())
                        .add("conv", Convs.bare(stage.width(), true))
                        .add("sigmoid", Op.sigmoid())
                        .scale();
        return new Chain()
                .add("layers", convolutions)
                .add("aggregation_conv", CONVS.pointwise(stage.width()).relu())
                .add("att", attention);
    }
}
