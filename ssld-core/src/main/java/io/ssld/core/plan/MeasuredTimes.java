package io.ssld.core.plan;

import java.util.Objects;
import java.util.Optional;

/**
 * What was measured: the rest of a plan's seconds follows from it by {@link PlanCosts}.
 *
 * @param step seconds of a step with the teacher
 * @param pipelineImage seconds of the image pipeline an image, with nothing else at work
 * @param evaluatedImage seconds to measure the student on a validation image, waiting included
 * @param evaluatesTeacher whether the run measures the teacher too, once, at its end
 * @param store of a label store; empty where there can be none
 */
public record MeasuredTimes(
        StepSeconds step,
        double pipelineImage,
        double evaluatedImage,
        boolean evaluatesTeacher,
        Optional<StoreTimes> store) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public MeasuredTimes {
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(store, "store");
    }
}
