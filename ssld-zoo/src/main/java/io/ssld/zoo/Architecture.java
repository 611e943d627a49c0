package io.ssld.zoo;

import ai.djl.nn.Block;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What commands, saved models and reports need to know of a built-in network, whether it is a
 * published one ({@link SsldModel}) or one for small images ({@link SmallModel}).
 */
public sealed interface Architecture permits SsldModel, SmallModel {

    /**
     * Returns the network of a name.
     *
     * @param modelName the name that {@link #modelName()} returns, in upper or lower case; of a
     *     published network also that of its SSLD weights, {@code NAME_ssld} or {@code
     *     NAME_ssld_pretrained}
     * @return the network
     * @throws IllegalArgumentException if there is none of that name; the message has the names
     *     that are spelled alike, or all of them
     */
    static Architecture of(String modelName) {
        Objects.requireNonNull(modelName, "modelName");
        return ModelNames.find(modelName, all());
    }

    /**
     * Returns all networks, the published ones first.
     *
     * @return the networks
     */
    static List<Architecture> all() {
        return Stream.<Architecture>concat(
                        Stream.of(SsldModel.values()), Stream.of(SmallModel.values()))
                .toList();
    }

    /**
     * Returns the name for command lines, tables and files.
     *
     * @return the name
     */
    String modelName();

    /**
     * Creates the network with its usual dropout.
     *
     * @param classes the number of classes, at least 1
     * @return a block that is not initialised
     * @throws IllegalArgumentException if there are no classes
     */
    Block newBlock(int classes);

    /**
     * Creates the network with a dropout of its own.
     *
     * @param classes the number of classes, at least 1
     * @param dropout the probability that training sets an input of the classifier to zero
     * @return a block that is not initialised
     * @throws IllegalArgumentException if there are no classes, or the network cannot have such a
     *     dropout
     */
    Block newBlock(int classes, double dropout);

    /**
     * Returns the usual probability of dropout before the classifier.
     *
     * @return the probability, empty for a network without dropout
     */
    OptionalDouble dropout();

    /**
     * Returns how many numbers training adjusts; running statistics are not among them.
     *
     * @param classes the number of classes
     * @return the count
     */
    long parameterCount(int classes);

    /**
     * Returns what an image goes through first, unless a saved model says otherwise.
     *
     * @return the preprocessing
     */
    Preprocessing preprocessing();
}
