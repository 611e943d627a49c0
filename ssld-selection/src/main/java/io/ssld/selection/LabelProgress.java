package io.ssld.selection;

/**
 * How far a {@link SoftLabeler} is.
 *
 * @param done images labelled or quarantined, those of earlier runs that it goes on from included
 * @param total images of the pool
 * @param quarantined how many of them could not be used
 * @param imagesPerSecond the rate of this run alone
 * @param secondsLeft the time to go at that rate
 */
public record LabelProgress(
        long done, long total, long quarantined, double imagesPerSecond, double secondsLeft) {}
