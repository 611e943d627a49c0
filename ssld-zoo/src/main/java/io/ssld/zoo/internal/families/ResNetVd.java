package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Inits;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import java.util.List;

/**
 * Residual networks of variant D: three 3x3 convolutions as the stem, and shortcuts that average
 * 2x2 pixels before they project, so that no pixel is skipped.
 *
 * <p>Papers: He et al., <a href="https://arxiv.org/abs/1512.03385"><i>Deep Residual Learning for
 * Image Recognition</i></a>, 2015; He et al., <a href="https://arxiv.org/abs/1812.01187"><i>Bag of
 * Tricks for Image Classification</i></a>, 2018.
 *
 * <p>The first block of <em>every</em> stage projects its shortcut, also where the shapes would
 * allow the identity (stage 1 of ResNet34); other implementations differ there.
 *
 * <table>
 * <caption>Variants: blocks of the four stages</caption>
 * <tr><th>name</th><th>block</th><th>stages</th></tr>
 * <tr><td>ResNet34_vd</td><td>basic: 3x3, 3x3</td><td>3, 4, 6, 3</td></tr>
 * <tr><td>ResNet50_vd</td><td>bottleneck: 1x1, 3x3, 1x1</td><td>3, 4, 6, 3</td></tr>
 * <tr><td>ResNet101_vd</td><td>bottleneck</td><td>3, 4, 23, 3</td></tr>
 * </table>
 *
 * @param bottleneck whether blocks are bottlenecks, which widen four times at their end
 * @param stages the number of blocks of each stage
 */
public record ResNetVd(boolean bottleneck, List<Integer> stages) implements Network {

    private static final Convs CONVS = Convs.named(Convs.FanIn.ALL_CHANNELS);
    private static final int FIRST_WIDTH = 64;

    @Override
    public int features() {
        return (FIRST_WIDTH << 3) * (bottleneck ? 4 : 1);
    }

    @Override
    public List<List<String>> stagePrefixes() {
        return Stages.after(List.of("stem"), Stages.numbered("blocks.", stages));
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("fc");
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        Chain network = new Chain().add("stem", stem()).add("max_pool", Op.maxPool());
        network.add("blocks", blocks());
        return Layers.withClassifier(network, "fc", classes, Inits.uniformFanIn());
    }

    private static Chain stem() {
        return new Chain()
                .add(CONVS.square(3, 32, 2).relu())
                .add(CONVS.square(3, 32, 1).relu())
                .add(CONVS.square(3, 64, 1).relu());
    }

    private Chain blocks() {
        Chain blocks = new Chain();
        for (int stage = 0; stage < stages.size(); stage++) {
            for (int i = 0; i < stages.get(stage); i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                blocks.add(block(FIRST_WIDTH << stage, stride, i == 0));
            }
        }
        return blocks;
    }

    private Chain block(int width, int stride, boolean first) {
        Chain block = new Chain();
        if (bottleneck) {
            block.add("conv0", CONVS.pointwise(width).relu())
                    .add("conv1", CONVS.square(3, width, stride).relu())
                    .add("conv2", CONVS.pointwise(4 * width));
        } else {
            block.add("conv0", CONVS.square(3, width, stride).relu())
                    .add("conv1", CONVS.square(3, width, 1));
        }
        if (first) {
            if (stride == 2) {
                block.addShortcut("short_pool", Op.halve());
            }
            block.addShortcut("short", CONVS.pointwise(bottleneck ? 4 * width : width));
        }
        return block.sumThenRelu();
    }
}
