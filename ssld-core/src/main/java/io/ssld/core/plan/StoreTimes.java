package io.ssld.core.plan;

import java.util.Objects;

/**
 * What was measured of a label store before there is one.
 *
 * @param recordedView seconds to record one view: waiting for it and asking the teacher; writing it
 *     down, which takes microseconds, is not counted
 * @param step seconds of a step whose soft labels are there already
 */
public record StoreTimes(double recordedView, StepSeconds step) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public StoreTimes {
        Objects.requireNonNull(step, "step");
    }
}
