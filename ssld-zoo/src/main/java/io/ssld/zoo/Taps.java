package io.ssld.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.util.PairList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the outputs of some blocks during one forward pass. */
final class Taps {

    private static final String KEY = "io.ssld.zoo.taps";

    private final Map<Block, @Nullable List<NDArray>> outputs = new IdentityHashMap<>();

    Taps(Iterable<Block> blocks) {
        blocks.forEach(block -> outputs.put(block, null));
    }

    /** Returns these taps as what DJL hands to every block of a forward pass. */
    PairList<String, Object> asParams() {
        PairList<String, Object> params = new PairList<>();
        params.add(KEY, this);
        return params;
    }

    /** Keeps the outputs if the pass has taps and the block is one of theirs. */
    static void offer(@Nullable PairList<String, Object> params, Block block, NDList outputs) {
        if (params != null && params.get(KEY) instanceof Taps taps) {
            if (taps.outputs.containsKey(block)) {
                taps.outputs.put(block, outputs);
            }
        }
    }

    /** Returns what the block gave. */
    List<NDArray> outputs(Block block) {
        List<NDArray> kept = outputs.get(block);
        if (kept == null) {
            throw new IllegalStateException("block must be part of the pass, but was " + block);
        }
        return kept;
    }
}
