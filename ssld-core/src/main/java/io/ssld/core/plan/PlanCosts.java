package io.ssld.core.plan;

import java.util.OptionalInt;

/**
 * What follows from measured times. With l and s the seconds of an epoch with the live teacher and
 * from the store, R those of recording, e epochs and n students:
 *
 * <pre>
 *   epoch      = steps · step + evaluations · validation images · evaluated image
 *   R          = images · views · recorded view
 *   break-even : the least e with R + n·e·s &lt; n·e·l, which is ⌊R / (n·(l − s))⌋ + 1
 * </pre>
 */
final class PlanCosts {

    private final RunShape shape;
    private final MeasuredTimes times;

    PlanCosts(RunShape shape, MeasuredTimes times) {
        this.shape = shape;
        this.times = times;
    }

    /** Seconds of the evaluations after an epoch. */
    double evaluations() {
        return shape.evaluationsPerEpoch() * evaluation();
    }

    /** Seconds to measure the student once. */
    private double evaluation() {
        return shape.validationImages() * times.evaluatedImage();
    }

    /** Seconds of an epoch of such steps, its evaluations included. */
    double epoch(StepSeconds step) {
        return shape.stepsPerEpoch() * step.total() + evaluations();
    }

    /**
     * Seconds outside of epochs: the student is measured before the first one, and after the last
     * one again, beside the teacher where that can be asked.
     */
    double ends() {
        double teacher = times.step().teacher() / shape.imagesPerStep();
        return 2 * evaluation()
                + (times.evaluatesTeacher() ? shape.validationImages() * teacher : 0);
    }

    /** Seconds of the whole run with the live teacher. */
    double inAll() {
        return shape.epochs() * epoch(times.step()) + ends();
    }

    /** Seconds to record so many views of every image. */
    double recording(StoreTimes store, int views) {
        return (double) shape.images() * views * store.recordedView();
    }

    /**
     * The least whole number of gains that is more than a cost.
     *
     * @param cost at least 0
     * @param gain what each one brings
     * @return from 1; empty where nothing is gained, or only after more than an {@code int} counts
     */
    static OptionalInt firstAbove(double cost, double gain) {
        double least = Math.floor(cost / gain) + 1;
        // A gain near 0 makes it infinite, and 0 / 0 no number at all.
        return gain > 0 && least <= Integer.MAX_VALUE
                ? OptionalInt.of((int) least)
                : OptionalInt.empty();
    }
}
