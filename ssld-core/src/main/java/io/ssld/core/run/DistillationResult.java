package io.ssld.core.run;

import io.ssld.core.evaluation.Evaluation;
import java.util.Objects;

/**
 * What a distillation did.
 *
 * @param training the student's training
 * @param teacherEvaluation the teacher on the validation data; no examples and NaN if it cannot be
 *     asked about them, because its labels were recorded for the training images
 * @param agreement the fraction of the validation data on which the student's first choice is the
 *     teacher's, 0 to 1; NaN likewise
 * @param teacherDigest SHA-256 over the teacher's parameters and buffers, equal before and after
 *     the run; empty text for a teacher that does not tell its parameters
 */
public record DistillationResult(
        TrainingResult training,
        Evaluation teacherEvaluation,
        double agreement,
        String teacherDigest) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public DistillationResult {
        Objects.requireNonNull(training, "training");
        Objects.requireNonNull(teacherEvaluation, "teacherEvaluation");
        Objects.requireNonNull(teacherDigest, "teacherDigest");
    }
}
