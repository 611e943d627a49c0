package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Flow;
import io.ssld.zoo.internal.layers.Inits;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import io.ssld.zoo.internal.layers.Wired;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Res2Net of variant D: a bottleneck splits its channels into four groups, each 3x3 convolution
 * also sees what the one before it gave.
 *
 * <p>Papers: Gao et al., <a href="https://arxiv.org/abs/1904.01169"><i>Res2Net: A New Multi-scale
 * Backbone Architecture</i></a>, 2019; variant D as in {@link ResNetVd}.
 *
 * <p>As in PaddleClas: in a block of stride 2 the groups are independent and the last is averaged
 * (padding excluded); in every other block, the first of stage 1 among them, they cascade and the
 * last passes unchanged.
 *
 * <table>
 * <caption>Variants: blocks of the four stages; all with 4 groups of 26 channels, doubled by each
 * stage</caption>
 * <tr><th>name</th><th>stages</th></tr>
 * <tr><td>Res2Net50_vd_26w_4s</td><td>3, 4, 6, 3</td></tr>
 * <tr><td>Res2Net101_vd_26w_4s</td><td>3, 4, 23, 3</td></tr>
 * <tr><td>Res2Net200_vd_26w_4s</td><td>3, 12, 48, 3</td></tr>
 * </table>
 *
 * @param stages the number of blocks of each stage
 */
public record Res2NetVd(List<Integer> stages) implements Network {

    private static final Convs CONVS = Convs.underscored(Convs.FanIn.ALL_CHANNELS);
    private static final int GROUPS = 4;
    private static final int GROUP_WIDTH = 26;
    private static final int FIRST_WIDTH = 256;

    /** In networks with more blocks than this in stage 3, its blocks are numbered. */
    private static final int MOST_LETTERS = 6;

    @Override
    public int features() {
        return FIRST_WIDTH << 3;
    }

    @Override
    public List<List<String>> stagePrefixes() {
        List<List<String>> prefixes = new ArrayList<>();
        prefixes.add(List.of("conv1_1", "conv1_2", "conv1_3"));
        for (int stage = 0; stage < stages.size(); stage++) {
            List<Integer> blocks = List.of(stages.get(stage));
            prefixes.addAll(Stages.numbered("bb_" + stage + "_", blocks));
        }
        return prefixes;
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("out");
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        Chain network =
                new Chain()
                        .add("conv1_1", CONVS.square(3, 32, 2).relu())
                        .add("conv1_2", CONVS.square(3, 32, 1).relu())
                        .add("conv1_3", CONVS.square(3, 64, 1).relu())
                        .add("pool2d_max", Op.maxPool());
        for (int stage = 0; stage < stages.size(); stage++) {
            for (int i = 0; i < stages.get(stage); i++) {
                network.add("bb_" + stage + "_" + i, new Bottleneck(name(stage, i), stage, i));
            }
        }
        return Layers.withClassifier(network, "out", classes, Inits.uniformFanIn());
    }

    /** Returns what the original calls a block: res4a, res4b, ... or res4a, res4b1, res4b2, ... */
    private String name(int stage, int index) {
        boolean numbered = stage == 2 && stages.get(stage) > MOST_LETTERS && index > 0;
        String suffix = numbered ? "b" + index : String.valueOf((char) ('a' + index));
        return "res" + (stage + 2) + suffix;
    }

    /** conv2(groups of conv0(x)) + short(x), then ReLU. */
    private static final class Bottleneck extends Wired {

        private final Block reduce;
        private final List<Block> convolutions = new ArrayList<>();
        private final Block expand;
        private final List<Block> shortcut = new ArrayList<>();
        private final Block relu;
        private final Optional<Block> halveLast;

        Bottleneck(String name, int stage, int index) {
            boolean halving = stage > 0 && index == 0;
            int groupWidth = GROUP_WIDTH << stage;
            reduce = child("conv0", CONVS.pointwise(GROUPS * groupWidth).relu());
            for (int i = 1; i < GROUPS; i++) {
                Chain convolution = CONVS.square(3, groupWidth, halving ? 2 : 1).relu();
                convolutions.add(child(name + "_branch2b_" + i, convolution));
            }
            expand = child("conv2", CONVS.pointwise(FIRST_WIDTH << stage));
            if (halving) {
                shortcut.add(child("short_pool", Op.halve()));
            }
            if (index == 0) {
                shortcut.add(child("short", CONVS.pointwise(FIRST_WIDTH << stage)));
            }
            relu = child("relu", Op.relu());
            halveLast = halving ? Optional.of(child("pool", Op.meanPool())) : Optional.empty();
        }

        @Override
        public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
            T groups = mix(flow, flow.split(flow.apply(reduce, inputs.get(0)), GROUPS));
            T side = inputs.get(0);
            for (Block block : shortcut) {
                side = flow.apply(block, side);
            }
            T sum = flow.add(side, flow.apply(expand, groups));
            return List.of(flow.apply(relu, sum));
        }

        private <T> T mix(Flow<T> flow, List<T> groups) {
            List<T> mixed = new ArrayList<>();
            for (int i = 0; i < convolutions.size(); i++) {
                boolean alone = i == 0 || halveLast.isPresent();
                T input = alone ? groups.get(i) : flow.add(groups.get(i), mixed.get(i - 1));
                mixed.add(flow.apply(convolutions.get(i), input));
            }
            T last = groups.get(convolutions.size());
            mixed.add(halveLast.map(pool -> flow.apply(pool, last)).orElse(last));
            return flow.concat(mixed);
        }
    }
}
