package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.engine.internal.kernels.Gate;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import io.ssld.zoo.internal.layers.SqueezeExcite;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * PP-LCNet: depthwise-separable convolutions with hard swish for CPUs; larger kernels and
 * squeeze-and-excitation only near the end, and a 1280-wide layer before the classifier.
 *
 * <p>Paper: Cui et al., <a href="https://arxiv.org/abs/2109.15099"><i>PP-LCNet: A Lightweight CPU
 * Convolutional Neural Network</i></a>, 2021.
 *
 * <p>Variants multiply the widths below by 0.25, 0.5, 1 and 2.5, in multiples of 8.
 *
 * <p>Dropout 0.2 before the classifier is the kind that scales at inference.
 *
 * @param scale the factor of all widths but the last
 */
public record PpLcNet(double scale) implements Network {

    private static final Convs CONVS = Convs.named(Convs.FanIn.FILTER).withChannelsTogether();
    private static final int STEM_WIDTH = 16;
    private static final int LAST_WIDTH = 1280;

    /**
     * A depthwise and a pointwise convolution.
     *
     * @param kernel the side of the depthwise kernel
     * @param width the channels after the unit, at scale 1
     * @param stride the stride of the depthwise convolution
     * @param excite whether squeeze-and-excitation stands between the two
     */
    private record Unit(int kernel, int width, int stride, boolean excite) {}

    /** Stages in the original's names: blocks2 to blocks6. */
    private static final List<List<Unit>> STAGES =
            List.of(
                    List.of(new Unit(3, 32, 1, false)),
                    List.of(new Unit(3, 64, 2, false), new Unit(3, 64, 1, false)),
                    List.of(new Unit(3, 128, 2, false), new Unit(3, 128, 1, false)),
                    List.of(
                            new Unit(3, 256, 2, false),
                            new Unit(5, 256, 1, false),
                            new Unit(5, 256, 1, false),
                            new Unit(5, 256, 1, false),
                            new Unit(5, 256, 1, false),
                            new Unit(5, 256, 1, false)),
                    List.of(new Unit(5, 512, 2, true), new Unit(5, 512, 1, true)));

    @Override
    public int features() {
        return LAST_WIDTH;
    }

    @Override
    public List<List<String>> stagePrefixes() {
        return Stream.of("conv1", "blocks2", "blocks3", "blocks4", "blocks5", "blocks6")
                .map(List::of)
                .toList();
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("last_conv", "fc");
    }

    @Override
    public OptionalDouble dropout() {
        return OptionalDouble.of(0.2);
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        int width = scaled(STEM_WIDTH);
        Chain network = new Chain().add("conv1", activated(CONVS.square(3, width, 2)));
        for (int i = 0; i < STAGES.size(); i++) {
            Chain stage = new Chain();
            List<Unit> units = STAGES.get(i);
            for (int j = 0; j < units.size(); j++) {
                stage.add(separable(width, units.get(j)));
                width = scaled(units.get(j).width());
            }
            network.add("blocks" + (i + 2), stage);
        }
        return Layers.withExpandedClassifier(network, LAST_WIDTH, Op.hardSwish(), dropout, classes);
    }

    private Chain separable(int inputWidth, Unit unit) {
        Chain depthwise = CONVS.depthwise(unit.kernel(), inputWidth, unit.stride());
        Chain separable = new Chain().add("dw_conv", activated(depthwise));
        if (unit.excite()) {
            separable.add("se", new SqueezeExcite(inputWidth, Gate.hardSigmoid(1 / 6.0)));
        }
        return separable.add("pw_conv", activated(CONVS.pointwise(scaled(unit.width()))));
    }

    private static Chain activated(Chain convolution) {
        return convolution.add("act", Op.hardSwish());
    }

    private int scaled(int width) {
        return Layers.divisible(width * scale, 8);
    }
}
