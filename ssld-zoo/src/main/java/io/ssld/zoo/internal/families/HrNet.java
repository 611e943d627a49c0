package io.ssld.zoo.internal.families;

import ai.djl.ndarray.types.Shape;
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

/**
 * HRNet for classification: keeps the full resolution (a quarter of the image) from stem to head
 * beside branches of a half, a quarter and an eighth of it, and lets all of them exchange what they
 * saw after every four residual blocks.
 *
 * <p>Paper: Wang et al., <a href="https://arxiv.org/abs/1908.07919"><i>Deep High-Resolution
 * Representation Learning for Visual Recognition</i></a>, 2019.
 *
 * <p>Smaller branches are enlarged by repeating pixels, so the branches fit together only if each
 * side of the image leaves 29, 30, 31 or 0 when divided by 32.
 *
 * <table>
 * <caption>Variants: width of the first branch, doubled by each further one</caption>
 * <tr><th>name</th><th>width</th><th>squeeze-and-excitation</th></tr>
 * <tr><td>HRNet_W18_C</td><td>18</td><td>no</td></tr>
 * <tr><td>HRNet_W48_C</td><td>48</td><td>no</td></tr>
 * <tr><td>SE_HRNet_W64_C</td><td>64</td><td>in every residual block, the head's included</td></tr>
 * </table>
 *
 * @param width the channels of the first branch
 * @param excite whether residual blocks have squeeze-and-excitation
 */
public record HrNet(int width, boolean excite) implements Network {

    private static final Convs CONVS = Convs.named(Convs.FanIn.ALL_CHANNELS);
    private static final int STEM_WIDTH = 64;
    private static final int LAST_WIDTH = 2048;

    /** There are four residual blocks wherever there are some, and four branches in the end. */
    private static final int BLOCKS = 4;

    /** Width in the head's bottleneck of the first branch, doubled by each; it gives four times. */
    private static final int FIRST_HEAD_WIDTH = 32;

    @Override
    public int features() {
        return LAST_WIDTH;
    }

    @Override
    public List<List<String>> stagePrefixes() {
        return List.of(
                List.of("conv_layer1_1", "conv_layer1_2"),
                List.of("layer1"),
                List.of("conv_tr1_1", "conv_tr1_2", "st2"),
                List.of("conv_tr2", "st3"),
                List.of("conv_tr3", "st4"));
    }

    @Override
    public List<String> headPrefixes() {
        return List.of("last_cls", "cls_head_conv_list", "conv_last", "fc");
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        return new Trunk(this, classes);
    }

    private Chain stage(int branches, int modules) {
        Chain list = new Chain();
        for (int i = 0; i < modules; i++) {
            Chain fuse = new Chain().add("residual_func_list", new Exchange(width, branches));
            Chain module =
                    new Chain().add("basic_block_list", branches(branches)).add("fuse_func", fuse);
            list.add(module);
        }
        return new Chain().add("stage_func_list", list);
    }

    private Parallel branches(int branches) {
        Parallel parallel = new Parallel();
        for (int i = 0; i < branches; i++) {
            Chain blocks = new Chain();
            for (int j = 0; j < BLOCKS; j++) {
                blocks.add(basic(width << i));
            }
            parallel.add(blocks);
        }
        return parallel;
    }

    private Chain basic(int channels) {
        Chain block =
                new Chain()
                        .add("conv1", CONVS.square(3, channels, 1).relu())
                        .add("conv2", CONVS.square(3, channels, 1));
        return excited(block, channels).sumThenRelu();
    }

    private Chain bottleneck(int middle, boolean project) {
        Chain block =
                new Chain()
                        .add("conv1", CONVS.pointwise(middle).relu())
                        .add("conv2", CONVS.square(3, middle, 1).relu())
                        .add("conv3", CONVS.pointwise(4 * middle));
        if (project) {
            block.addShortcut("conv_down", CONVS.pointwise(4 * middle));
        }
        return excited(block, 4 * middle).sumThenRelu();
    }

    private Chain excited(Chain block, int channels) {
        return excite
                ? block.add(
                        "se",
                        Layers.squeezeExcite(
                                "fc_squeeze", "fc_excitation", channels, 16, Op.sigmoid()))
                : block;
    }

    /** The whole network; not a chain, as one output of {@code layer1} feeds two branches. */
    private static final class Trunk extends Wired {

        private final List<Block> stem;
        private final List<Block> firstBranches;
        private final List<Block> stages = new ArrayList<>();
        private final List<Block> newBranches = new ArrayList<>();
        private final List<Block> head;

        Trunk(HrNet net, int classes) {
            int width = net.width();
            Chain bottlenecks = new Chain();
            Parallel widened = new Parallel();
            for (int i = 0; i < BLOCKS; i++) {
                bottlenecks.add(net.bottleneck(STEM_WIDTH, i == 0));
                widened.add(net.bottleneck(FIRST_HEAD_WIDTH << i, true));
            }
            stem =
                    List.of(
                            child("conv_layer1_1", CONVS.square(3, STEM_WIDTH, 2).relu()),
                            child("conv_layer1_2", CONVS.square(3, STEM_WIDTH, 2).relu()),
                            child("layer1", bottlenecks));
            firstBranches =
                    List.of(
                            child("conv_tr1_1", CONVS.square(3, width, 1).relu()),
                            child("conv_tr1_2", CONVS.square(3, 2 * width, 2).relu()));
            stages.add(child("st2", net.stage(2, 1)));
            newBranches.add(child("conv_tr2", CONVS.square(3, 4 * width, 2).relu()));
            stages.add(child("st3", net.stage(3, 4)));
            newBranches.add(child("conv_tr3", CONVS.square(3, 8 * width, 2).relu()));
            stages.add(child("st4", net.stage(4, 3)));
            head =
                    List.of(
                            child("last_cls", new Chain().add("func_list", widened)),
                            child("cls_head_conv_list", new Descent()),
                            child("conv_last", CONVS.pointwise(LAST_WIDTH).relu()),
                            child("avg_pool", Op.globalMean()),
                            child("flatten", Op.flatten()),
                            child("fc", Layers.classifier(classes, Inits.uniformFanIn())));
        }

        @Override
        public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
            T image = inputs.get(0);
            flow.check(image, Trunk::checkSides);
            for (Block block : stem) {
                image = flow.apply(block, image);
            }
            List<T> branches = new ArrayList<>();
            for (Block block : firstBranches) {
                branches.add(flow.apply(block, image));
            }
            for (int i = 0; i < stages.size(); i++) {
                branches = new ArrayList<>(flow.apply(stages.get(i), branches));
                if (i < newBranches.size()) {
                    T smallest = branches.get(branches.size() - 1);
                    branches.add(flow.apply(newBranches.get(i), smallest));
                }
            }
            for (Block block : head) {
                branches = flow.apply(block, branches);
            }
            return branches;
        }

        private static void checkSides(Shape image) {
            // Five times halved and rounded up, then doubled: the same number again, or no sum.
            for (int axis = 2; axis < 4; axis++) {
                if (image.get(axis) < 1 || (image.get(axis) + 3) % 32 > 3) {
                    throw new IllegalArgumentException(
                            "image sides must leave 29, 30, 31 or 0 when divided by 32, but was "
                                    + image.get(2)
                                    + "x"
                                    + image.get(3)
                                    + "; resize or pad the images");
                }
            }
        }
    }

    /** One block for each branch, called by its number. */
    private static final class Parallel extends Wired {

        private final List<Block> blocks = new ArrayList<>();

        void add(Block block) {
            blocks.add(child(String.valueOf(blocks.size()), block));
        }

        @Override
        public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
            List<T> outputs = new ArrayList<>();
            for (int i = 0; i < blocks.size(); i++) {
                outputs.add(flow.apply(blocks.get(i), inputs.get(i)));
            }
            return outputs;
        }
    }

    /**
     * Gives each branch the sum of all branches, brought to its size and width: smaller ones by a
     * 1x1 convolution and repeated pixels, larger ones by convolutions of stride 2. ReLU follows
     * the whole sum.
     */
    private static final class Exchange extends Wired {

        /** Blocks by target and source branch; none from a branch to itself. */
        private final List<List<List<Block>>> paths = new ArrayList<>();

        private final Block relu;
        private int convolutions;

        Exchange(int width, int branches) {
            for (int to = 0; to < branches; to++) {
                List<List<Block>> sources = new ArrayList<>();
                for (int from = 0; from < branches; from++) {
                    sources.add(from > to ? enlarging(width, from, to) : reducing(width, from, to));
                }
                paths.add(sources);
            }
            relu = child("relu", Op.relu());
        }

        private List<Block> enlarging(int width, int from, int to) {
            Block mix = numbered(CONVS.pointwise(width << to));
            return List.of(
                    mix, child("upsample_" + from + "_" + to, Op.upsample(1 << (from - to))));
        }

        private List<Block> reducing(int width, int from, int to) {
            List<Block> path = new ArrayList<>();
            for (int i = from + 1; i < to; i++) {
                path.add(numbered(CONVS.square(3, width << from, 2).relu()));
            }
            if (from < to) {
                path.add(numbered(CONVS.square(3, width << to, 2)));
            }
            return path;
        }

        private Block numbered(Block block) {
            return child(String.valueOf(convolutions++), block);
        }

        @Override
        public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
            List<T> outputs = new ArrayList<>();
            for (int to = 0; to < inputs.size(); to++) {
                T sum = inputs.get(to);
                for (int from = 0; from < inputs.size(); from++) {
                    if (from != to) {
                        sum =
                                flow.add(
                                        sum,
                                        through(paths.get(to).get(from), flow, inputs.get(from)));
                    }
                }
                outputs.add(flow.apply(relu, sum));
            }
            return outputs;
        }

        private static <T> T through(List<Block> blocks, Flow<T> flow, T input) {
            T current = input;
            for (Block block : blocks) {
                current = flow.apply(block, current);
            }
            return current;
        }
    }

    /** Adds each branch to what became of the larger ones by a convolution of stride 2. */
    private static final class Descent extends Wired {

        private final List<Block> convolutions = new ArrayList<>();

        Descent() {
            for (int i = 1; i < BLOCKS; i++) {
                Chain convolution = CONVS.square(3, (4 * FIRST_HEAD_WIDTH) << i, 2).relu();
                convolutions.add(child(String.valueOf(i - 1), convolution));
            }
        }

        @Override
        public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
            T sum = inputs.get(0);
            for (int i = 0; i < convolutions.size(); i++) {
                sum = flow.add(inputs.get(i + 1), flow.apply(convolutions.get(i), sum));
            }
            return List.of(sum);
        }
    }
}
