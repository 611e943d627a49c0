package io.ssld.selection.duplicates;

import io.ssld.core.data.ImageEntry;
import java.util.Objects;

/**
 * What was found about an image of the pool, with what it was compared to.
 *
 * @param poolImage the image of the pool
 * @param referenceImage the image of the reference set that it duplicates; within a pool, the image
 *     that is kept
 * @param stage what decided
 * @param verdict what was found
 * @param removed whether the image of the pool is left out
 * @param reason why nothing could be proved; empty for {@link Verdict#DUPLICATE}
 * @param similarity cosine of the descriptors, of the views that are most alike, -1 to 1
 * @param mirrored whether one is the mirror image of the other
 * @param evidence what speaks for it
 */
public record PairVerdict(
        ImageEntry poolImage,
        ImageEntry referenceImage,
        Stage stage,
        Verdict verdict,
        boolean removed,
        String reason,
        double similarity,
        boolean mirrored,
        Evidence evidence) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public PairVerdict {
        Objects.requireNonNull(poolImage, "poolImage");
        Objects.requireNonNull(referenceImage, "referenceImage");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(evidence, "evidence");
    }
}
