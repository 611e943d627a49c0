package io.ssld.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.ssld.zoo.internal.layers.Taps;
import io.ssld.zoo.internal.layers.Wired;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A network that also returns what some of its parts compute, for losses that compare more than
 * logits.
 *
 * <p>A part is named by its path, as in the names of its weights: {@code blocks.2} of ResNet50_vd
 * is the third residual block, {@code blocks.2.conv1} the second convolution in it. The network
 * itself is not changed, and each pass has its own copies: one object serves several threads.
 */
public final class Features {

    private final Block network;
    private final Map<String, Block> parts;

    private Features(Block network, Map<String, Block> parts) {
        this.network = network;
        this.parts = parts;
    }

    /**
     * Chooses parts of a network.
     *
     * @param network a block that {@link SsldModel} or {@link SmallModel} created
     * @param paths the paths of the parts
     * @return the network with those parts
     * @throws IllegalArgumentException if there is no part of a path
     */
    public static Features of(Block network, String... paths) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(paths, "paths");
        Map<String, Block> parts = new LinkedHashMap<>();
        for (String path : paths) {
            parts.put(path, find(network, path));
        }
        return new Features(network, parts);
    }

    /**
     * Runs the network.
     *
     * @param parameters the values of its parameters
     * @param inputs its inputs
     * @param training whether this is training
     * @return its logits, then the outputs of the parts in the order of their paths, each array
     *     named after its path; a part with several outputs adds them all. They depend on the
     *     parameters like the logits, so that gradients flow through them.
     */
    public NDList forward(ParameterStore parameters, NDList inputs, boolean training) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(inputs, "inputs");
        Taps taps = new Taps(parts.values());
        NDList outputs = new NDList(network.forward(parameters, inputs, training, taps.asParams()));
        parts.forEach(
                (path, part) -> {
                    for (NDArray output : taps.outputs(part)) {
                        output.setName(path);
                        outputs.add(output);
                    }
                });
        return outputs;
    }

    private static Block find(Block network, String path) {
        Block current = network;
        for (String name : path.split("\\.", -1)) {
            Map<String, Block> children = current instanceof Wired wired ? wired.named() : Map.of();
            Block next = children.get(name);
            if (next == null) {
                throw new IllegalArgumentException(
                        "path must name a part of the network, but was "
                                + path
                                + "; in the place of "
                                + name
                                + " there are "
                                + children.keySet());
            }
            current = next;
        }
        return current;
    }
}
