package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Cascade;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Dropout;
import io.ssld.zoo.internal.layers.Inits;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import java.util.List;
import java.util.OptionalDouble;

/**
 * GhostNet: half of the channels of each 1x1 convolution are computed, the other half are "ghosts",
 * cheap depthwise filters of the first.
 *
 * <p>Paper: Han et al., <a href="https://arxiv.org/abs/1911.11907"><i>GhostNet: More Features from
 * Cheap Operations</i></a>, 2019.
 *
 * <p>As in PaddleClas: the gate of squeeze-and-excitation is min(max(x, 0), 1) without slope or
 * offset; widths are multiples of 4; dropout 0.2 is the kind that scales in training, so that
 * inference has no factor; the normalisation of {@code fc_0} sees one pixel, and with a single
 * image in training passes it unchanged.
 *
 * @param scale the factor of all widths but the last
 */
public record GhostNet(double scale) implements Network {

    private static final Convs CONVS = Convs.underscored(Convs.FanIn.FILTER).withChannelsTogether();
    private static final int STEM_WIDTH = 16;
    private static final int LAST_WIDTH = 1280;

    /**
     * A bottleneck of two ghost modules.
     *
     * @param kernel the side of the depthwise kernels that halve the image
     * @param middle the channels between the modules, at scale 1
     * @param width the channels after the second, at scale 1
     * @param excite whether squeeze-and-excitation stands between the modules
     * @param stride 2 to halve the image
     */
    private record Unit(int kernel, int middle, int width, boolean excite, int stride) {}

    private static final List<Unit> UNITS =
            List.of(
                    new Unit(3, 16, 16, false, 1),
                    new Unit(3, 48, 24, false, 2),
                    new Unit(3, 72, 24, false, 1),
                    new Unit(5, 72, 40, true, 2),
                    new Unit(5, 120, 40, true, 1),
                    new Unit(3, 240, 80, false, 2),
                    new Unit(3, 200, 80, false, 1),
                    new Unit(3, 184, 80, false, 1),
                    new Unit(3, 184, 80, false, 1),
                    new Unit(3, 480, 112, true, 1),
                    new Unit(3, 672, 112, true, 1),
                    new Unit(5, 672, 160, true, 2),
                    new Unit(5, 960, 160, false, 1),
                    new Unit(5, 960, 160, true, 1),
                    new Unit(5, 960, 160, false, 1),
                    new Unit(5, 960, 160, true, 1));

    @Override
    public int features() {
        return LAST_WIDTH;
    }

    @Override
    public List<List<String>> stagePrefixes() {
        return Stages.between(
                List.of("conv1"),
                Stages.numbered("_ghostbottleneck_", List.of(1, 2, 2, 6, 5)),
                List.of("conv_last"));
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("fc_0", "fc_1");
    }

    @Override
    public OptionalDouble dropout() {
        return OptionalDouble.of(0.2);
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        int width = scaled(STEM_WIDTH);
        Chain network = new Chain().add("conv1", CONVS.square(3, width, 2).relu());
        for (int i = 0; i < UNITS.size(); i++) {
            network.add("_ghostbottleneck_" + i, bottleneck(width, UNITS.get(i)));
            width = scaled(UNITS.get(i).width());
        }
        int last = scaled(UNITS.get(UNITS.size() - 1).middle());
        return network.add("conv_last", CONVS.pointwise(last).relu())
                .add("pool2d_gap", Op.globalMean())
                .add("fc_0", CONVS.pointwise(LAST_WIDTH).relu())
                .add("dropout", Dropout.upscaleInTraining(dropout))
                .add("flatten", Op.flatten())
                .add("fc_1", Layers.classifier(classes, Inits.uniformFanIn()));
    }

    private Chain bottleneck(int inputWidth, Unit unit) {
        int middle = scaled(unit.middle());
        int width = scaled(unit.width());
        Chain block = new Chain().add("ghost_module_1", ghost(middle, true));
        if (unit.stride() == 2) {
            block.add("depthwise_conv", CONVS.depthwise(unit.kernel(), middle, 2));
        }
        if (unit.excite()) {
            block.add(
                    "se_block",
                    Layers.squeezeExcite("squeeze", "excitation", middle, 4, Op.clipToUnit()));
        }
        block.add("ghost_module_2", ghost(width, false));
        if (unit.stride() == 2 || inputWidth != width) {
            block.addShortcut(
                            "shortcut_depthwise",
                            CONVS.depthwise(unit.kernel(), inputWidth, unit.stride()))
                    .addShortcut("shortcut_conv", CONVS.pointwise(width));
        }
        return block.sum();
    }

    private static Cascade ghost(int width, boolean relu) {
        // All widths are even, so both halves are equally wide.
        Chain primary = CONVS.pointwise(width / 2);
        Chain cheap = CONVS.depthwise(3, width / 2, 1);
        return new Cascade(false)
                .add("primary_conv", relu ? primary.relu() : primary)
                .add("cheap_operation", relu ? cheap.relu() : cheap);
    }

    private int scaled(int width) {
        return Layers.divisible(width * scale, 4);
    }
}
