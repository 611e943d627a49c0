package io.ssld.selection.duplicates;

import io.ssld.base.internal.Ranges;

/**
 * When two images count as copies. {@link #DEFAULT} was tuned on one half of 3,781 photographs of
 * clothes; docs/selection.md has the recall and the false alarms on the other half.
 *
 * @param features fewer SIFT features than this in either image are too few to tell, 4 or more
 * @param side images whose longer side is shorter than this are too small for SIFT, in pixels
 * @param inliers so many matches must agree on one map, 4 or more
 * @param agreement the pictures' details must correlate so well under that map, 0 to 1
 * @param shade so large a share of the pictures' blocks must have the same shade, 0 to 1; with 0
 *     the details alone decide, whatever else differs
 * @param alignment the agreement, for images without enough features, 0 to 1
 * @param similarity descriptors' cosine from which {@link UndecidedPolicy#BY_SIMILARITY} removes, 0
 *     to 1; it belongs to a descriptor, and NaN says that none is known for it
 */
public record MatchThresholds(
        int features,
        int side,
        int inliers,
        double agreement,
        double shade,
        double alignment,
        double similarity) {

    /** What is used unless said otherwise; its similarity is the built-in descriptor's. */
    public static final MatchThresholds DEFAULT =
            new MatchThresholds(20, 48, 5, 0.6, 0.8, 0.97, 0.98);

    /**
     * Checks the thresholds.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public MatchThresholds {
        Ranges.atLeast("features", features, 4);
        Ranges.atLeast("side", side, 1);
        Ranges.atLeast("inliers", inliers, 4);
        Ranges.probability("agreement", agreement);
        Ranges.probability("shade", shade);
        Ranges.probability("alignment", alignment);
        if (!Double.isNaN(similarity)) {
            Ranges.probability("similarity", similarity);
        }
    }

    /**
     * Returns these for another descriptor.
     *
     * @param cosine from which likeness of its vectors counts, 0 to 1; NaN for none
     * @return the thresholds
     * @throws IllegalArgumentException if it is out of its range
     */
    public MatchThresholds withSimilarity(double cosine) {
        return new MatchThresholds(features, side, inliers, agreement, shade, alignment, cosine);
    }
}
