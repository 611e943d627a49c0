package io.ssld.core.plan;

/**
 * Where the seconds of a step go.
 *
 * @param waiting for images: what the pipeline did not get ready while the step before was computed
 * @param teacher the teacher's forward pass; in a step from a label store, getting labels into an
 *     array
 * @param student the student's forward pass, loss, backward pass and update
 */
public record StepSeconds(double waiting, double teacher, double student) {

    /**
     * Returns the seconds of a step.
     *
     * @return the sum
     */
    public double total() {
        return waiting + teacher + student;
    }
}
