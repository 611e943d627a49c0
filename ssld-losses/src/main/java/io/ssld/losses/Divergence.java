package io.ssld.losses;

import ai.djl.ndarray.NDArray;

/**
 * How far a student's prediction is from its teacher's, example by example.
 *
 * <p>A divergence is a pure function in log space. It knows nothing of logits, temperature, weight
 * or batch mean: those live once, in {@link DistillationLoss}. {@link Divergences} holds the usual
 * ones; any other is a lambda:
 *
 * <pre>{@code
 * Divergence reverseKl = (student, teacher) -> Divergences.kl(teacher, student);
 * }</pre>
 */
@FunctionalInterface
public interface Divergence {

    /**
     * Compares two predictions.
     *
     * <p>Implementations must not change their arguments, must treat each row on its own, and must
     * stay finite where a probability has underflowed to zero, that is, where a log-probability is
     * as low as -1e5.
     *
     * @param studentLogProbabilities the student's log p, shape (N, C), float32 or float64, finite
     * @param teacherLogProbabilities the teacher's log q, same shape; carries no gradient when
     *     called by {@link DistillationLoss}
     * @return one value per example, shape (N), in the wider type of the two arguments
     */
    NDArray perExample(NDArray studentLogProbabilities, NDArray teacherLogProbabilities);
}
