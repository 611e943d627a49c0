package io.ssld.selection.duplicates;

import java.util.Objects;

/**
 * How duplicates were looked for.
 *
 * @param descriptor the name of the descriptor
 * @param windows whether parts of images were described beside the whole
 * @param candidates how many images at most were verified for each image of the pool
 * @param minSimilarity cosine from which an image is a candidate
 * @param undecided what was done with images about which nothing could be proved
 * @param thresholds when two images count as copies
 */
public record DuplicateSettings(
        String descriptor,
        boolean windows,
        int candidates,
        double minSimilarity,
        UndecidedPolicy undecided,
        MatchThresholds thresholds) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public DuplicateSettings {
        Objects.requireNonNull(descriptor, "descriptor");
        Objects.requireNonNull(undecided, "undecided");
        Objects.requireNonNull(thresholds, "thresholds");
    }
}
