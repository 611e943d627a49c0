package io.ssld.core.labels;

/**
 * How far a {@link LabelRecorder} is.
 *
 * @param done views labelled or left out with their images, those of earlier runs that it goes on
 *     from included
 * @param total views of this share of the images
 * @param quarantined how many images could not be used
 * @param viewsPerSecond the rate of this run alone
 * @param secondsLeft the time to go at that rate
 */
public record RecordingProgress(
        long done, long total, long quarantined, double viewsPerSecond, double secondsLeft) {}
