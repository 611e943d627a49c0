package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Op;
import io.ssld.zoo.internal.layers.SmallLayers;
import java.util.List;

/**
 * Residual networks for images of about 28 pixels: a stem that halves the image, then stages of
 * basic blocks relu(x + norm(conv3x3(relu(norm(conv3x3(x)))))).
 *
 * <p>A block that changes the size or the width projects its shortcut: an average over 2x2 pixels
 * where the body has stride 2, so that no pixel is skipped, and a 1x1 convolution.
 *
 * <p>Papers: He et al., <a href="https://arxiv.org/abs/1512.03385"><i>Deep Residual Learning for
 * Image Recognition</i></a>, 2015; the shortcut is that of ResNet-D in He et al., <a
 * href="https://arxiv.org/abs/1812.01187"><i>Bag of Tricks</i></a>, 2018.
 *
 * @param stem the channels after the stem
 * @param stages the stages in order
 */
public record SmallResNet(int stem, List<Stage> stages) {

    private static final Convs CONVS = SmallLayers.CONVS;

    /**
     * Blocks of one width.
     *
     * @param width the channels
     * @param blocks how many blocks
     * @param stride the stride of the first block: 2 halves the image
     */
    public record Stage(int width, int blocks, int stride) {}

    public Block newBlock(int classes) {
        Chain network = new Chain().add("stem", CONVS.square(3, stem, 2).relu());
        int width = stem;
        for (int i = 0; i < stages.size(); i++) {
            network.add("stage" + (i + 1), stage(width, stages.get(i)));
            width = stages.get(i).width();
        }
        return SmallLayers.withClassifier(network, classes);
    }

    private static Chain stage(int inputWidth, Stage stage) {
        Chain blocks = new Chain().add("block1", basic(inputWidth, stage.width(), stage.stride()));
        for (int i = 2; i <= stage.blocks(); i++) {
            blocks.add("block" + i, basic(stage.width(), stage.width(), 1));
        }
        return blocks;
    }

    private static Chain basic(int inputWidth, int width, int stride) {
        Chain body =
                new Chain()
                        .add("first", CONVS.square(3, width, stride).relu())
                        .add("second", CONVS.square(3, width, 1));
        Chain shortcut = new Chain();
        if (stride == 2) {
            shortcut.add("halve", Op.halve());
        }
        if (stride == 2 || inputWidth != width) {
            shortcut.add("project", CONVS.pointwise(width));
        }
        return new Chain().add("body", body).addShortcut("shortcut", shortcut).sumThenRelu();
    }
}
