package io.ssld.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.ssld.engine.internal.Constants;
import java.util.Objects;

/**
 * The usual divergences between a student's prediction p and a teacher's prediction q.
 *
 * <p>All are pure functions of log-probabilities, fit as method references ({@code
 * Divergences::symmetricKl}). Common to all:
 *
 * <ul>
 *   <li>arguments: log p and log q, both (N, C), float32 or float64, finite; result: (N), in the
 *       wider type of the two;
 *   <li>no epsilon: a probability that has underflowed to zero meets a finite logarithm, so its
 *       term is zero and its gradient finite. Log-probabilities of minus infinity (logits of minus
 *       infinity) give NaN;
 *   <li>gradients flow into both arguments, as mutual learning needs; {@link DistillationLoss} cuts
 *       the teacher's;
 *   <li>arguments are not changed; intermediate arrays belong to the managers of the arguments.
 * </ul>
 */
public final class Divergences {

    private static final int[] CLASS_AXIS = {1};
    private static final double LN_2 = Math.log(2);

    private Divergences() {}

    /**
     * Kullback-Leibler divergence KL(q‖p) = Σ q (log q − log p): what the student loses by coding
     * the teacher's answers with its own probabilities.
     *
     * <p>Range [0, ∞), up to rounding; exactly 0 for equal arguments. Not symmetric: a student pays
     * for each class it leaves out, not for one it adds. For the other direction swap the
     * arguments.
     *
     * <p>Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015, <a
     * href="https://arxiv.org/abs/1503.02531">arXiv:1503.02531</a>; Bagherinezhad et al., "Label
     * Refinery", 2018, <a href="https://arxiv.org/abs/1805.02641">arXiv:1805.02641</a>.
     *
     * @param student log p, shape (N, C)
     * @param teacher log q, shape (N, C)
     * @return KL(q‖p), shape (N)
     */
    public static NDArray kl(NDArray student, NDArray teacher) {
        Objects.requireNonNull(student, "student");
        Objects.requireNonNull(teacher, "teacher");
        return teacher.exp().mul(teacher.sub(student)).sum(CLASS_AXIS);
    }

    /**
     * Half the Jeffreys divergence, ½ (KL(p‖q) + KL(q‖p)) = ½ Σ (p − q)(log p − log q): the loss of
     * SSLD.
     *
     * <p>Range [0, ∞); exactly 0 for equal arguments; symmetric. No term is negative, for the
     * exponential is monotone, so neither is a rounded sum. PaddleClas and the SSLD documents call
     * this "JS divergence"; it is not the {@linkplain #jensenShannon Jensen-Shannon divergence}.
     *
     * <p>Cui et al., "Beyond Self-Supervision: A Simple Yet Effective Network Distillation
     * Alternative to Improve Backbones", 2021, <a
     * href="https://arxiv.org/abs/2103.05959">arXiv:2103.05959</a>.
     *
     * @param student log p, shape (N, C)
     * @param teacher log q, shape (N, C)
     * @return ½ (KL(p‖q) + KL(q‖p)), shape (N)
     */
    public static NDArray symmetricKl(NDArray student, NDArray teacher) {
        Objects.requireNonNull(student, "student");
        Objects.requireNonNull(teacher, "teacher");
        NDArray probabilityGap = student.exp().sub(teacher.exp());
        return halved(probabilityGap.mul(student.sub(teacher)).sum(CLASS_AXIS));
    }

    /**
     * Jensen-Shannon divergence ½ KL(p‖m) + ½ KL(q‖m) with the mixture m = ½ (p + q).
     *
     * <p>Range [0, ln 2], up to rounding; exactly 0 for equal arguments; symmetric. With Δ = log q
     * − log p it is written ½ Σ p (ln 2 − softplus(Δ)) + ½ Σ q (ln 2 − softplus(−Δ)), because log p
     * − log m = ln 2 − log(1 + q/p): the mixture, whose logarithm would need an epsilon, never
     * appears.
     *
     * <p>Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on Information
     * Theory 37 (1), 1991, <a href="https://doi.org/10.1109/18.61115">doi:10.1109/18.61115</a>.
     *
     * @param student log p, shape (N, C)
     * @param teacher log q, shape (N, C)
     * @return the Jensen-Shannon divergence in nats, shape (N)
     */
    public static NDArray jensenShannon(NDArray student, NDArray teacher) {
        Objects.requireNonNull(student, "student");
        Objects.requireNonNull(teacher, "teacher");
        NDArray gap = teacher.sub(student);
        NDArray studentPart = student.exp().mul(logRatioToMixture(gap));
        NDArray teacherPart = teacher.exp().mul(logRatioToMixture(gap.neg()));
        return halved(studentPart.add(teacherPart).sum(CLASS_AXIS));
    }

    private static NDArray halved(NDArray perExample) {
        return perExample.mul(Constants.of(perExample, 0.5));
    }

    /** log a − log ½(a + b) for {@code gap} = log b − log a. */
    private static NDArray logRatioToMixture(NDArray gap) {
        return Activation.softPlus(gap).neg().add(LN_2);
    }

    /**
     * Cross-entropy with the teacher's probabilities as labels, −Σ q log p = KL(q‖p) + H(q).
     *
     * <p>Range [H(q), ∞): for equal arguments it is the teacher's entropy, not 0. It teaches
     * exactly as {@link #kl} does, for H(q) does not depend on the student, but its value says
     * less.
     *
     * <p>Hinton, Vinyals, Dean, 2015, <a
     * href="https://arxiv.org/abs/1503.02531">arXiv:1503.02531</a>.
     *
     * @param student log p, shape (N, C)
     * @param teacher log q, shape (N, C)
     * @return −Σ q log p, shape (N)
     */
    public static NDArray softCrossEntropy(NDArray student, NDArray teacher) {
        Objects.requireNonNull(student, "student");
        Objects.requireNonNull(teacher, "teacher");
        return student.neg().mul(teacher.exp()).sum(CLASS_AXIS);
    }
}
