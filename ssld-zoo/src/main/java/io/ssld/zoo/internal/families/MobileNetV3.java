package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.engine.internal.kernels.Gate;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import io.ssld.zoo.internal.layers.SqueezeExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * MobileNetV3: inverted residuals (widen, filter each channel, narrow) with squeeze-and-excitation,
 * ReLU in the early blocks and hard swish in the later ones.
 *
 * <p>Paper: Howard et al., <a href="https://arxiv.org/abs/1905.02244"><i>Searching for
 * MobileNetV3</i></a>, 2019.
 *
 * <p>As in PaddleClas: the gate has slope 0.2, squeezing is to a quarter of the channels without
 * rounding, the first block widens too (by 1), the layer before the classifier has 1280 outputs at
 * every size, no normalisation and no bias, and dropout 0.2 scales at inference.
 *
 * <table>
 * <caption>Variants</caption>
 * <tr><th>name</th><th>units</th><th>last width</th><th>scale</th></tr>
 * <tr><td>MobileNetV3_large_x1_0</td><td>{@link #LARGE}</td><td>960</td><td>1</td></tr>
 * <tr><td>MobileNetV3_small_x1_0</td><td>{@link #SMALL}</td><td>576</td><td>1</td></tr>
 * <tr><td>MobileNetV3_small_x0_35</td><td>{@link #SMALL}</td><td>576</td><td>0.35</td></tr>
 * </table>
 *
 * @param units the blocks in order
 * @param lastWidth the channels before the mean over the image, at scale 1
 * @param scale the factor of all widths but 1280
 */
public record MobileNetV3(List<Unit> units, int lastWidth, double scale) implements Network {

    private static final Convs CONVS = Convs.named(Convs.FanIn.ALL_CHANNELS).withChannelsTogether();
    private static final int STEM_WIDTH = 16;
    private static final int EXPANDED_WIDTH = 1280;

    /** As in the static-graph version of the original, which had multipliers for this network. */
    private static final int UNITS_PER_STAGE = 3;

    /** The activation in a block. */
    private enum Activation {
        RELU,
        HARD_SWISH;

        Op block() {
            return this == RELU ? Op.relu() : Op.hardSwish();
        }
    }

    /**
     * An inverted residual.
     *
     * @param kernel the side of the depthwise kernel
     * @param middle the channels in the block, at scale 1
     * @param width the channels after the block, at scale 1
     * @param excite whether squeeze-and-excitation follows the depthwise convolution
     * @param activation the activation after the first two convolutions
     * @param stride the stride of the depthwise convolution
     */
    record Unit(
            int kernel, int middle, int width, boolean excite, Activation activation, int stride) {

        static Unit relu(int kernel, int middle, int width, boolean excite, int stride) {
            return new Unit(kernel, middle, width, excite, Activation.RELU, stride);
        }

        static Unit swish(int kernel, int middle, int width, boolean excite, int stride) {
            return new Unit(kernel, middle, width, excite, Activation.HARD_SWISH, stride);
        }
    }

    public static final List<Unit> LARGE =
            List.of(
                    Unit.relu(3, 16, 16, false, 1),
                    Unit.relu(3, 64, 24, false, 2),
                    Unit.relu(3, 72, 24, false, 1),
                    Unit.relu(5, 72, 40, true, 2),
                    Unit.relu(5, 120, 40, true, 1),
                    Unit.relu(5, 120, 40, true, 1),
                    Unit.swish(3, 240, 80, false, 2),
                    Unit.swish(3, 200, 80, false, 1),
                    Unit.swish(3, 184, 80, false, 1),
                    Unit.swish(3, 184, 80, false, 1),
                    Unit.swish(3, 480, 112, true, 1),
                    Unit.swish(3, 672, 112, true, 1),
                    Unit.swish(5, 672, 160, true, 2),
                    Unit.swish(5, 960, 160, true, 1),
                    Unit.swish(5, 960, 160, true, 1));

    public static final List<Unit> SMALL =
            List.of(
                    Unit.relu(3, 16, 16, true, 2),
                    Unit.relu(3, 72, 24, false, 2),
                    Unit.relu(3, 88, 24, false, 1),
                    Unit.swish(5, 96, 40, true, 2),
                    Unit.swish(5, 240, 40, true, 1),
                    Unit.swish(5, 240, 40, true, 1),
                    Unit.swish(5, 120, 48, true, 1),
                    Unit.swish(5, 144, 48, true, 1),
                    Unit.swish(5, 288, 96, true, 2),
                    Unit.swish(5, 576, 96, true, 1),
                    Unit.swish(5, 576, 96, true, 1));

    @Override
    public int features() {
        return EXPANDED_WIDTH;
    }

    @Override
    public List<List<String>> stagePrefixes() {
        List<Integer> counts = new ArrayList<>();
        for (int left = units.size(); left > 0; left -= UNITS_PER_STAGE) {
            counts.add(Math.min(left, UNITS_PER_STAGE));
        }
        return Stages.between(
                List.of("conv"), Stages.numbered("blocks.", counts), List.of("last_second_conv"));
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
        Chain blocks = new Chain();
        Chain stem = CONVS.square(3, width, 2).add("act", Op.hardSwish());
        for (int i = 0; i < units.size(); i++) {
            blocks.add(residual(width, units.get(i)));
            width = scaled(units.get(i).width());
        }
        Chain last = CONVS.pointwise(scaled(lastWidth)).add("act", Op.hardSwish());
        Chain network =
                new Chain().add("conv", stem).add("blocks", blocks).add("last_second_conv", last);
        return Layers.withExpandedClassifier(
                network, EXPANDED_WIDTH, Op.hardSwish(), dropout, classes);
    }

    private Chain residual(int inputWidth, Unit unit) {
        int middle = scaled(unit.middle());
        int width = scaled(unit.width());
        Chain expand = CONVS.pointwise(middle).add("act", unit.activation().block());
        Chain filter =
                CONVS.depthwise(unit.kernel(), middle, unit.stride())
                        .add("act", unit.activation().block());
        Chain block = new Chain().add("expand_conv", expand).add("bottleneck_conv", filter);
        if (unit.excite()) {
            block.add("mid_se", new SqueezeExcite(middle, Gate.hardSigmoid(0.2)));
        }
        block.add("linear_conv", CONVS.pointwise(width));
        return unit.stride() == 1 && inputWidth == width ? block.sum() : block;
    }

    private int scaled(int width) {
        return Layers.divisible(width * scale, 8);
    }
}
