package io.ssld.selection.duplicates;

/** What to do with an image about which nothing could be proved. */
public enum UndecidedPolicy {
    /** Keep it: no image is lost without proof. */
    KEEP,
    /** Remove it: none that may be a copy stays. */
    REMOVE,
    /**
     * Remove it if the descriptors are as similar as {@link MatchThresholds#similarity()}, and
     * nothing that differs is to be seen in it.
     */
    BY_SIMILARITY
}
