package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Inits;
import io.ssld.zoo.internal.layers.Layers;
import java.util.List;

/**
 * MobileNet: depthwise-separable convolutions with ReLU, no dropout.
 *
 * <p>Paper: Howard et al., <a href="https://arxiv.org/abs/1704.04861"><i>MobileNets: Efficient
 * Convolutional Neural Networks for Mobile Vision Applications</i></a>, 2017.
 */
public record MobileNetV1() implements Network {

    private static final Convs CONVS = Convs.named(Convs.FanIn.FILTER).withChannelsTogether();
    private static final int STEM_WIDTH = 32;

    /**
     * A depthwise and a pointwise convolution.
     *
     * @param width the channels after the unit
     * @param stride the stride of the depthwise convolution
     */
    private record Unit(int width, int stride) {}

    private static final List<Unit> UNITS =
            List.of(
                    new Unit(64, 1),
                    new Unit(128, 2),
                    new Unit(128, 1),
                    new Unit(256, 2),
                    new Unit(256, 1),
                    new Unit(512, 2),
                    new Unit(512, 1),
                    new Unit(512, 1),
                    new Unit(512, 1),
                    new Unit(512, 1),
                    new Unit(512, 1),
                    new Unit(1024, 2),
                    new Unit(1024, 1));

    @Override
    public int features() {
        return UNITS.get(UNITS.size() - 1).width();
    }

    @Override
    public List<List<String>> stagePrefixes() {
        return Stages.between(
                List.of("conv"), Stages.numbered("blocks.", List.of(1, 2, 2, 6, 2)), List.of());
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("fc");
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        Chain blocks = new Chain();
        int width = STEM_WIDTH;
        for (int i = 0; i < UNITS.size(); i++) {
            Unit unit = UNITS.get(i);
            Chain separable =
                    new Chain()
                            .add("depthwise_conv", CONVS.depthwise(3, width, unit.stride()).relu())
                            .add("pointwise_conv", CONVS.pointwise(unit.width()).relu());
            blocks.add(separable);
            width = unit.width();
        }
        Chain network = new Chain().add("conv", CONVS.square(3, STEM_WIDTH, 2).relu());
        return Layers.withClassifier(
                network.add("blocks", blocks), "fc", classes, Inits.heNormal());
    }
}
