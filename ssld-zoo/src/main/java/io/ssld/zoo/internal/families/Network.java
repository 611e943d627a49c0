package io.ssld.zoo.internal.families;

import ai.djl.nn.Block;
import java.util.List;
import java.util.OptionalDouble;

/** A published network: the numbers of one variant of its family. */
public interface Network {

    /**
     * Creates the block.
     *
     * @param classes the number of classes
     * @param dropout the probability of dropout, for a network that has it
     */
    Block newBlock(int classes, double dropout);

    /** Returns the width of what the classifier sees. */
    int features();

    /** Returns the beginnings of the names in each stage, from the image on, without the head. */
    List<List<String>> stagePrefixes();

    /** Returns the beginnings of the names in no stage: what turns features into scores. */
    List<String> headPrefixes();

    /** Returns the published probability of dropout, empty for a network without. */
    default OptionalDouble dropout() {
        return OptionalDouble.empty();
    }
}
