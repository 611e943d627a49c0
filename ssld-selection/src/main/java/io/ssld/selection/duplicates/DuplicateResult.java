package io.ssld.selection.duplicates;

import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link NearDuplicateFinder} found.
 *
 * @param pool the images that were looked at
 * @param reference what they were compared with; within a pool, the pool
 * @param kept the images of the pool that stay, in its order
 * @param verdicts one for each image that was removed or that nothing could be proved about, in the
 *     pool's order
 * @param poolQuarantine images of the pool that could not be read; they do not stay
 * @param referenceQuarantine images of the reference that could not be read: nothing was compared
 *     with them
 * @param pairs how many pairs of images were verified by their features
 * @param poolContent SHA-256 of the SHA-256s of the pool's files, sorted
 * @param referenceContent the same of the reference
 * @param settings how they were looked for
 */
public record DuplicateResult(
        ImageList pool,
        ImageList reference,
        ImageList kept,
        List<PairVerdict> verdicts,
        List<QuarantinedImage> poolQuarantine,
        List<QuarantinedImage> referenceQuarantine,
        long pairs,
        String poolContent,
        String referenceContent,
        DuplicateSettings settings) {

    /**
     * Copies the lists.
     *
     * @throws NullPointerException if an argument is null
     */
    public DuplicateResult {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(kept, "kept");
        Objects.requireNonNull(verdicts, "verdicts");
        Objects.requireNonNull(poolQuarantine, "poolQuarantine");
        Objects.requireNonNull(referenceQuarantine, "referenceQuarantine");
        Objects.requireNonNull(poolContent, "poolContent");
        Objects.requireNonNull(referenceContent, "referenceContent");
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(pool, "pool");
        verdicts = List.copyOf(verdicts);
        poolQuarantine = List.copyOf(poolQuarantine);
        referenceQuarantine = List.copyOf(referenceQuarantine);
    }

    /**
     * Returns the images that were left out, with the reason.
     *
     * @return the verdicts that removed an image
     */
    public List<PairVerdict> removed() {
        return verdicts.stream().filter(PairVerdict::removed).toList();
    }

    /**
     * Returns the images about which nothing could be proved, kept or not.
     *
     * @return the undecided verdicts
     */
    public List<PairVerdict> undecided() {
        return verdicts.stream().filter(v -> v.verdict() == Verdict.UNDECIDED).toList();
    }

    /**
     * Returns whether the pool is the reference, too.
     *
     * @return whether duplicates were looked for within the pool
     */
    public boolean isWithin() {
        return pool.equals(reference);
    }
}
