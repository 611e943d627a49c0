package io.ssld.weights;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The names under which PaddlePaddle keeps the state of a network, such as {@code
 * blocks.0.conv0.bn._mean}.
 *
 * <p>The networks of {@code SsldModel} call their parts as the originals do, so that two rules are
 * left: batch normalisation has {@code weight}, {@code bias}, {@code _mean} and {@code _variance}
 * for gamma, beta, runningMean and runningVar, and the weight of a linear layer is (in, out) in
 * Paddle, (out, in) in DJL.
 */
public final class PaddleNames {

    private PaddleNames() {}

    /**
     * A parameter and how Paddle keeps it.
     *
     * @param path its name in a {@link StateDict} of the block
     * @param parameter the parameter
     * @param transposed whether Paddle keeps the transposed matrix
     */
    public record Entry(String path, Parameter parameter, boolean transposed) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Entry {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(parameter, "parameter");
        }

        /**
         * Returns the shape that Paddle's tensor has.
         *
         * @return the shape
         * @throws IllegalStateException if the block does not know its shapes yet
         */
        public Shape shape() {
            Shape shape = parameter.getShape();
            if (shape == null) {
                throw new IllegalStateException(
                        "block must be initialised, but "
                                + path
                                + " had no shape; call initialize with an input shape");
            }
            return transposed ? new Shape(shape.get(1), shape.get(0)) : shape;
        }
    }

    /**
     * Returns the state of a block, running statistics included.
     *
     * @param block the block; only {@link Entry#shape()} needs it to be initialised
     * @return the entries by Paddle's name, in Paddle's order
     * @throws IllegalArgumentException if two parameters have the same name
     */
    public static Map<String, Entry> of(Block block) {
        Objects.requireNonNull(block, "block");
        Map<String, Entry> entries = new LinkedHashMap<>();
        ParameterNames.walk(
                block,
                (prefix, owner, parameter) -> {
                    boolean matrix =
                            owner instanceof Linear && parameter.getType() == Parameter.Type.WEIGHT;
                    String name = prefix + nameOf(parameter);
                    Entry entry = new Entry(prefix + parameter.getName(), parameter, matrix);
                    if (entries.putIfAbsent(name, entry) != null) {
                        throw new IllegalArgumentException(
                                "parameter names must be unique, but two were " + name);
                    }
                });
        return entries;
    }

    private static String nameOf(Parameter parameter) {
        return switch (parameter.getType()) {
            case GAMMA -> "weight";
            case BETA -> "bias";
            case RUNNING_MEAN -> "_mean";
            case RUNNING_VAR -> "_variance";
            default -> parameter.getName();
        };
    }
}
