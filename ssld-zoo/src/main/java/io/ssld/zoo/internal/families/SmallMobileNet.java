package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.SmallLayers;
import java.util.List;

/**
 * Chains of depthwise-separable convolutions for images of about 28 pixels: a stem that halves the
 * image, then units that first filter each channel on its own (3x3) and then mix the channels
 * (1x1), both with batch normalisation and ReLU.
 *
 * <p>Paper: Howard et al., <a href="https://arxiv.org/abs/1704.04861"><i>MobileNets</i></a>, 2017.
 *
 * @param stem the channels after the stem
 * @param units the units in order
 */
public record SmallMobileNet(int stem, List<Unit> units) {

    private static final Convs CONVS = SmallLayers.CONVS.withChannelsTogether();

    /**
     * A depthwise and a pointwise convolution.
     *
     * @param width the channels after the unit
     * @param stride the stride of the depthwise convolution: 2 halves the image
     */
    public record Unit(int width, int stride) {}

    public Block newBlock(int classes) {
        Chain network = new Chain().add("stem", CONVS.square(3, stem, 2).relu());
        int width = stem;
        for (int i = 0; i < units.size(); i++) {
            network.add("unit" + (i + 1), separable(width, units.get(i)));
            width = units.get(i).width();
        }
        return SmallLayers.withClassifier(network, classes);
    }

    private static Chain separable(int inputWidth, Unit unit) {
        return new Chain()
                .add("depthwise", CONVS.depthwise(3, inputWidth, unit.stride()).relu())
                .add("pointwise", CONVS.pointwise(unit.width()).relu());
    }
}
