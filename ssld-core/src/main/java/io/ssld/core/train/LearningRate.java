package io.ssld.core.train;

/** A learning rate for every optimiser step; {@link Schedule} makes it. */
@FunctionalInterface
public interface LearningRate {

    /**
     * Returns the rate of a step.
     *
     * @param step the number of the optimiser step, from 0
     * @return the rate, 0 or more
     */
    double at(long step);

    /**
     * Linear warm-up from 0, then half a cosine down to 0, both per step.
     *
     * <pre>
     *   step &lt; warmup:  base · step / warmup
     *   otherwise:      base · ½ (1 + cos(π (step − warmup) / (total − warmup)))
     * </pre>
     *
     * <p>The cosine spans the steps after the warm-up, as in PaddleClas; the first step has rate 0
     * when there is a warm-up.
     *
     * @param base the highest rate, positive
     * @param warmup the number of warm-up steps, 0 or more
     * @param total the number of all steps, more than {@code warmup}
     * @return the schedule
     * @throws IllegalArgumentException if a number is out of its range
     */
    static LearningRate warmupCosine(double base, long warmup, long total) {
        return Schedule.cosine().of(base, warmup, total, 1);
    }
}
