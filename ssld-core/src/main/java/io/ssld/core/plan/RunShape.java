package io.ssld.core.plan;

/**
 * How much there is to do in a run, as counts.
 *
 * @param epochs the epochs of the recipe; a run that stops early has fewer
 * @param stepsPerEpoch optimiser steps of an epoch
 * @param imagesPerStep images of a step: batch size times batches of a step
 * @param images images to learn from
 * @param validationImages images to measure on
 * @param evaluationsPerEpoch how many networks are measured after each epoch: 2 where weights are
 *     averaged, else 1
 */
public record RunShape(
        int epochs,
        int stepsPerEpoch,
        int imagesPerStep,
        int images,
        int validationImages,
        int evaluationsPerEpoch) {

    /**
     * Returns the steps of the whole run.
     *
     * @return epochs times steps
     */
    public long steps() {
        return (long) epochs * stepsPerEpoch;
    }
}
