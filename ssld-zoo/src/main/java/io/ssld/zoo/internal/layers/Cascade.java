package io.ssld.zoo.internal.layers;

import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;

/** Blocks applied one after the other, of which all outputs are kept: their channels in a row. */
public final class Cascade extends Wired {

    private final List<Block> blocks = new ArrayList<>();
    private final boolean withInput;

    /**
     * Creates an empty cascade.
     *
     * @param withInput whether the channels of the input come first
     */
    public Cascade(boolean withInput) {
        this.withInput = withInput;
    }

    /** Appends a block under its number and returns this cascade. */
    public Cascade add(Block block) {
        return add(String.valueOf(blocks.size()), block);
    }

    /** Appends a block and returns this cascade. */
    public Cascade add(String name, Block block) {
        blocks.add(child(name, block));
        return this;
    }

    @Override
    public <T> List<T> wire(Flow<T> flow, List<T> inputs) {
        T current = inputs.get(0);
        List<T> kept = new ArrayList<>();
        if (withInput) {
            kept.add(current);
        }
        for (Block block : blocks) {
            current = flow.apply(block, current);
            kept.add(current);
        }
        return List.of(flow.concat(kept));
    }
}
