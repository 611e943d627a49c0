package io.ssld.zoo.internal.families;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.kernels.Gate;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import io.ssld.engine.internal.kernels.Scripted;
import io.ssld.zoo.internal.layers.Chain;
import io.ssld.zoo.internal.layers.Convs;
import io.ssld.zoo.internal.layers.Flow;
import io.ssld.zoo.internal.layers.Inits;
import io.ssld.zoo.internal.layers.Layers;
import io.ssld.zoo.internal.layers.Op;
import io.ssld.zoo.internal.layers.SqueezeExcite;
import io.ssld.zoo.internal.layers.Wired;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * PP-LCNetV2: depthwise-separable convolutions with ReLU; the later stages train several depthwise
 * kernels side by side, which could be merged into one for inference.
 *
 * <p>Described in PaddleClas' documentation of 2022; there is no paper.
 *
 * <p>This is the network as it trains: the branches are summed, then ReLU. The original's state
 * also lists the merged convolution ({@code dw_conv.weight} and {@code dw_conv.bias}), which plays
 * no part and gets no gradient; it is here so that the state is the same. The gate is a plain
 * sigmoid, though the original calls it a hard one. Dropout 0.2 before the classifier is the kind
 * that scales at inference.
 */
public record PpLcNetV2() implements Network {

    private static final Convs CONVS = Convs.named(Convs.FanIn.FILTER).withChannelsTogether();
    private static final int STEM_WIDTH = 32;
    private static final int LAST_WIDTH = 1280;

    /**
     * Blocks of one width, of which the first halves the image.
     *
     * @param width the channels after a block
     * @param blocks how many blocks
     * @param kernel the side of the largest depthwise kernel
     * @param branched whether smaller kernels stand beside the largest
     * @param excited whether squeeze-and-excitation and a narrow pointwise convolution follow
     * @param shortcut whether the input is added where the shapes allow it
     */
    private record Stage(
            int width,
            int blocks,
            int kernel,
            boolean branched,
            boolean excited,
            boolean shortcut) {}

    private static final Stage STEM = new Stage(64, 1, 3, false, false, false);

    private static final List<Stage> STAGES =
            List.of(
                    new Stage(128, 2, 3, false, false, false),
                    new Stage(256, 2, 3, false, false, false),
                    new Stage(512, 6, 5, true, true, false),
                    new Stage(1024, 2, 5, true, false, true));

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
        return OptionalDouble.of(0.2);
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        Chain stem =
                new Chain()
                        .add(CONVS.square(3, STEM_WIDTH, 2).relu())
                        .add(separable(STEM_WIDTH, 1, STEM));
        Chain stages = new Chain();
        int width = STEM.width();
        for (int i = 0; i < STAGES.size(); i++) {
            Stage stage = STAGES.get(i);
            Chain blocks = new Chain().add(separable(width, 2, stage));
            width = stage.width();
            for (int j = 1; j < stage.blocks(); j++) {
                blocks.add(separable(width, 1, stage));
            }
            stages.add(blocks);
        }
        Chain network = new Chain().add("stem", stem).add("stages", stages);
        return Layers.withExpandedClassifier(network, LAST_WIDTH, Op.relu(), dropout, classes);
    }

    private static Chain separable(int inputWidth, int stride, Stage stage) {
        Chain block = new Chain();
        if (stage.branched()) {
            block.add("dw_conv_list", new Branches(stage.kernel(), inputWidth, stride))
                    .add("dw_conv", new Unused(stage.kernel(), inputWidth))
                    .relu();
        } else {
            block.add("dw_conv", CONVS.depthwise(stage.kernel(), inputWidth, stride).relu());
        }
        if (stage.excited()) {
            block.add("se", new SqueezeExcite(inputWidth, Gate.SIGMOID))
                    .add("pw_conv_1", CONVS.pointwise(stage.width() / 2).relu())
                    .add("pw_conv_2", CONVS.pointwise(stage.width()).relu());
        } else {
            block.add("pw_conv", CONVS.pointwise(stage.width()).relu());
        }
        return stage.shortcut() && stride == 1 ? block.sum() : block;
    }

    /** The sum of depthwise convolutions of falling kernel sizes; 1x1 at stride 1 only. */
    private static final class Branches extends Wired {

        private final List<Block> branches = new ArrayList<>();

        Branches(int largestKernel, int channels, int stride) {
            for (int kernel = largestKernel; kernel >= (stride == 1 ? 1 : 3); kernel -= 2) {
                String name = String.valueOf(branches.size());
                branches.add(child(name, CONVS.depthwise(kernel, channels, stride)));
            }
        }

        @Override
        public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
            T sum = flow.apply(branches.get(0), inputs.get(0));
            for (Block branch : branches.subList(1, branches.size())) {
                sum = flow.add(sum, flow.apply(branch, inputs.get(0)));
            }
            return List.of(sum);
        }
    }

    /** The parameters of the merged convolution; passes its input on. */
    private static final class Unused extends AbstractBlock implements Scripted {

        Unused(int kernel, int channels) {
            Parameter weight = add("weight", Parameter.Type.WEIGHT);
            weight.setShape(new Shape(channels, 1, kernel, kernel));
            weight.setInitializer(Inits.heNormal(channels));
            add("bias", Parameter.Type.BIAS).setShape(new Shape(channels));
        }

        private Parameter add(String name, Parameter.Type type) {
            return addParameter(Parameter.builder().setName(name).setType(type).build());
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameters,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            return inputs;
        }

        @Override
        public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
            return inputs;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }
}
