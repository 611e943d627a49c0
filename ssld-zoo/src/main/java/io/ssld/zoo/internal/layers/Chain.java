package io.ssld.zoo.internal.layers;

import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks applied one after the other, each under a name of its own; a SequentialBlock would name
 * them after their classes, which says little in a weights file. The result may be joined with the
 * input: added to a shortcut, or taken as the factor of each channel.
 */
public final class Chain extends Wired {

    private enum Join {
        NONE,
        SUM,
        SCALE
    }

    private final List<Block> path = new ArrayList<>();
    private final List<Block> shortcut = new ArrayList<>();
    private final List<Block> end = new ArrayList<>();
    private Join join = Join.NONE;

    /** Appends a block and returns this chain. */
    public Chain add(String name, Block block) {
        path.add(child(name, block));
        return this;
    }

    /** Appends a block under its number in this chain, as Paddle's lists do. */
    public Chain add(Block block) {
        return add(String.valueOf(path.size()), block);
    }

    /** Appends max(x, 0) and returns this chain. */
    public Chain relu() {
        return add("relu", Op.relu());
    }

    /** Appends a block to the shortcut, which is the identity without one. */
    public Chain addShortcut(String name, Block block) {
        shortcut.add(child(name, block));
        return this;
    }

    /** Lets this chain compute path(x) + shortcut(x). */
    public Chain sum() {
        join = Join.SUM;
        return this;
    }

    /** Lets this chain compute max(path(x) + shortcut(x), 0). */
    public Chain sumThenRelu() {
        end.add(child("sum_relu", Op.relu()));
        return sum();
    }

    /** Lets this chain compute x * path(x). */
    public Chain scale() {
        join = Join.SCALE;
        return this;
    }

    @Override
    public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
        List<T> outputs = through(path, flow, inputs);
        List<T> joined =
                switch (join) {
                    case NONE -> outputs;
                    case SUM -> {
                        T side = through(shortcut, flow, inputs).get(0);
                        yield List.of(flow.add(outputs.get(0), side));
                    }
                    case SCALE -> List.of(flow.multiply(inputs.get(0), outputs.get(0)));
                };
        return through(end, flow, joined);
    }

    private static <T> List<T> through(List<Block> blocks, Flow<T> flow, List<T> inputs) {
        List<T> current = inputs;
        for (Block block : blocks) {
            current = flow.apply(block, current);
        }
        return current;
    }
}
