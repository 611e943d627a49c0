package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.util.PairList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the outputs of some blocks during one forward pass. */
public final class Taps {

    private static final String KEY = "io.ssld.zoo.taps";

    private final Set<Block> blocks;
    private final Map<Block, List<NDArray>> outputs = new HashMap<>();

    public Taps(Collection<Block> blocks) {
        this.blocks = Set.copyOf(blocks);
    }

    /** Returns these taps as what DJL hands to every block of a forward pass. */
    public PairList<String, Object> asParams() {
        PairList<String, Object> params = new PairList<>();
        params.add(KEY, this);
        return params;
    }

    /** Keeps the outputs if the pass has taps and the block is one of theirs. */
    static void offer(@Nullable PairList<String, Object> params, Block block, NDList outputs) {
        Taps taps = in(params);
        if (taps != null && taps.blocks.contains(block)) {
            taps.outputs.put(block, outputs);
        }
    }

    /** Removes what is kept from a set of arrays to close. */
    static void removeKept(@Nullable PairList<String, Object> params, Set<NDArray> arrays) {
        Taps taps = in(params);
        if (taps != null) {
            taps.outputs.values().forEach(kept -> kept.forEach(arrays::remove));
        }
    }

    /** Tells whether the output of one of the blocks is to be kept. */
    static boolean keepAny(@Nullable PairList<String, Object> params, Collection<Block> blocks) {
        Taps taps = in(params);
        return taps != null && blocks.stream().anyMatch(taps.blocks::contains);
    }

    private static @Nullable Taps in(@Nullable PairList<String, Object> params) {
        return params != null && params.get(KEY) instanceof Taps taps ? taps : null;
    }

    /** Returns what the block gave. */
    public List<NDArray> outputs(Block block) {
        List<NDArray> kept = outputs.get(block);
        if (kept == null) {
            throw new IllegalStateException("block must be part of the pass, but was " + block);
        }
        return kept;
    }
}
