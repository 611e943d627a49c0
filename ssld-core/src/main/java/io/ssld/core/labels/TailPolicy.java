package io.ssld.core.labels;

/**
 * What becomes of the probability that a stored label does not name the classes of. Where all
 * classes are stored there is none, and the policies are the same.
 */
public enum TailPolicy {
    /** It is spread evenly over the classes that are not named, as TinyViT does. */
    SPREAD,

    /**
     * It is left out: the classes that are not named get the probability 1e-12, the epsilon of
     * PaddleClas' losses. Losses take the softmax of what a teacher says, so the named classes
     * share the rest in proportion: ignoring the tail and renormalising are one.
     */
    RENORMALIZE
}
