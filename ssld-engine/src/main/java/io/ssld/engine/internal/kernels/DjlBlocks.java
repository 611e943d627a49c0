package io.ssld.engine.internal.kernels;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes DJL's own common blocks: sequences, convolutions without dilation and of equal steps in
 * both directions, batch norms of axis 1, linear layers, dropout, lambda blocks that compute a
 * {@link KnownFunction} and parallel blocks that end in a {@link KnownJoin}.
 */
final class DjlBlocks {

    private static final Shape NO_DILATION = new Shape(1, 1);

    /** Far enough from zero for a slope to be read off beside an offset; a power of two. */
    private static final float FAR = 1 << 20;

    private final ScriptWriter writer;

    private DjlBlocks(ScriptWriter writer) {
        this.writer = writer;
    }

    /**
     * Writes a block of just these classes, as a subclass may compute something else.
     *
     * @throws UnsupportedOperationException if it cannot be written
     */
    static List<ScriptValue> write(ScriptWriter writer, Block block, List<ScriptValue> inputs) {
        DjlBlocks blocks = new DjlBlocks(writer);
        Class<?> type = block.getClass();
        if (type == SequentialBlock.class && !((SequentialBlock) block).isReturnIntermediate()) {
            return blocks.sequence(block, inputs);
        }
        require(inputs.size() == 1, block);
        ScriptValue input = inputs.get(0);
        if (type == ParallelBlock.class) {
            return List.of(blocks.parallel(block, input));
        }
        if (type == Conv2d.class) {
            return List.of(blocks.convolution((Conv2d) block, input));
        }
        if (type == BatchNorm.class) {
            return List.of(blocks.norm(block, input));
        }
        if (type == Linear.class) {
            return List.of(blocks.linear(block, input));
        }
        if (type == LambdaBlock.class) {
            return List.of(
                    KnownFunction.of(block, writer.manager())
                            .orElseThrow(() -> unsupported(block))
                            .write(writer, input));
        }
        require(type == Dropout.class, block);
        return inputs;
    }

    private static void require(boolean known, Block block) {
        if (!known) {
            throw unsupported(block);
        }
    }

    private static UnsupportedOperationException unsupported(Block block) {
        return new UnsupportedOperationException("no script for " + block.getClass().getName());
    }

    private List<ScriptValue> sequence(Block block, List<ScriptValue> inputs) {
        List<ScriptValue> current = inputs;
        for (Block child : block.getChildren().values()) {
            current = writer.apply(child, current);
        }
        return current;
    }

    private ScriptValue parallel(Block block, ScriptValue input) {
        require(block.isInitialized(), block);
        KnownJoin join = KnownJoin.of(block, writer).orElseThrow(() -> unsupported(block));
        // Written now: no branch is to compute it once more as part of its own.
        input.name(writer);
        List<ScriptValue> answers =
                block.getChildren().values().stream()
                        .map(branch -> writer.apply(branch, List.of(input)).get(0))
                        .toList();
        return join.write(writer, answers);
    }

    /** In 32 bits, whatever convolutions compute in. */
    private ScriptValue linear(Block block, ScriptValue input) {
        NDArray bias = optional(block, "bias");
        return ScriptValue.of(
                "torch.linear(%s, %s, %s)"
                        .formatted(
                                writer.widened(input),
                                writer.constant(array(block, "weight"), false),
                                bias == null ? "None" : writer.constant(bias, false)));
    }

    private ScriptValue convolution(Conv2d block, ScriptValue input) {
        Shape stride = block.getStride();
        Shape padding = block.getPadding();
        require(
                stride.get(0) == stride.get(1)
                        && padding.get(0) == padding.get(1)
                        && block.getDilation().equals(NO_DILATION),
                block);
        return writer.convolution(
                input,
                array(block, "weight"),
                optional(block, "bias"),
                new ScriptValue.Geometry(stride.get(0), padding.get(0), block.getGroups(), false));
    }

    /**
     * In evaluation y = factor x + offset for each channel. The block tells neither its epsilon nor
     * its axis, so both numbers are read off its answers, to an input of which only axis 1 has as
     * many channels.
     */
    private ScriptValue norm(Block block, ScriptValue input) {
        require(block.isInitialized(), block);
        int axes = block.getInputShapes()[0].dimension();
        // Also refuses what is not of 32 bits.
        long channels = array(block, "gamma").size();
        long[] shape = new long[axes];
        Arrays.fill(shape, channels == 2 ? 3 : 2);
        shape[1] = channels;
        NDArray zeros = writer.manager().zeros(new Shape(shape));
        NDArray offset = perChannel(block, zeros);
        NDArray far = perChannel(block, zeros.add(FAR));
        return writer.affine(input, far.sub(offset).div(FAR), offset, axes);
    }

    private NDArray perChannel(Block block, NDArray probe) {
        try {
            NDArray answer =
                    block.forward(writer.store(), new NDList(probe), false).singletonOrThrow();
            long[] rows = {probe.size(0), probe.size(1), -1};
            return answer.reshape(rows).get(new NDIndex("0, :, 0"));
        } catch (EngineException e) {
            throw new UnsupportedOperationException("batch norm must be of axis 1", e);
        }
    }

    private NDArray array(Block block, String name) {
        return writer.value(block.getDirectParameters().get(name));
    }

    private @Nullable NDArray optional(Block block, String name) {
        Parameter parameter = block.getDirectParameters().get(name);
        return parameter == null ? null : writer.value(parameter);
    }
}
