package io.ssld.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.engine.internal.Constants;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.engine.internal.kernels.LogitDivergence;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Divergence} between student and teacher as a DJL {@link Loss}: takes logits, applies the
 * temperature, averages over the batch, weighs, and adds a term for hard labels if asked.
 *
 * <pre>
 * loss = weight · T² · mean over N of divergence(log softmax(s/T), log softmax(t/T))
 *      + hardLabelWeight · mean over the labelled examples of −log softmax(s)[target]
 * </pre>
 *
 * <p><b>Arrays.</b> The first prediction is the student's logits s, (N, C). The <em>last</em> label
 * is the teacher's logits t, (N, C); if there are two labels, the one before it ({@link
 * LabelSlots#TARGET}) is the target class, (N) or (N, 1), of an integer or float type, {@link
 * LabelSlots#UNLABELLED} where an example has none. It is read only if a hard-label weight is set.
 * Logits must be finite. Nothing given is changed.
 *
 * <p><b>Precision.</b> float16 logits are computed in float32 and receive float16 gradients;
 * float64 stays float64, and decides if only one side has it. DJL's running average of a loss reads
 * float32 only, so a {@code Trainer} needs float16 or float32 logits. BFLOAT16 and integer logits
 * are refused.
 *
 * <p><b>Gradient.</b> None flows into the teacher's logits. The result is a scalar on the manager
 * of the student's logits; everything else made on the way is freed before {@code evaluate}
 * returns.
 *
 * <p>Hinton, Vinyals, Dean, 2015, <a href="https://arxiv.org/abs/1503.02531">arXiv:1503.02531</a>;
 * SSLD: Cui et al., 2021, <a href="https://arxiv.org/abs/2103.05959">arXiv:2103.05959</a>.
 */
public final class DistillationLoss extends Loss {

    private final Divergence divergence;

    /** The same as one call with its gradient; {@code null} if there is none. */
    private final @Nullable LogitDivergence fused;

    private final float temperature;
    private final float weight;
    private final float hardLabelWeight;

    private DistillationLoss(Builder builder, Divergence divergence) {
        super(builder.name.or("DistillationLoss"));
        this.divergence = divergence;
        this.fused = builder.fused;
        this.temperature = builder.temperature.or(1f);
        this.weight = builder.weight.or(1f);
        this.hardLabelWeight = builder.hardLabelWeight.or(0f);
    }

    /**
     * Returns the loss of SSLD: {@link Divergences#symmetricKl}, temperature 1, no hard labels.
     *
     * @return the loss, named "SymmetricKl"
     */
    public static DistillationLoss symmetricKl() {
        return of(Divergences::symmetricKl, LogitDivergence.SYMMETRIC_KL, "SymmetricKl").build();
    }

    /**
     * Returns the mean {@linkplain Divergences#jensenShannon Jensen-Shannon divergence},
     * temperature 1, no hard labels.
     *
     * @return the loss, named "JensenShannon"
     */
    public static DistillationLoss jensenShannon() {
        return of(Divergences::jensenShannon, LogitDivergence.JENSEN_SHANNON, "JensenShannon")
                .build();
    }

    /**
     * Returns Hinton's loss T² · KL(q‖p) of softened predictions, no hard labels.
     *
     * @param temperature T, finite and greater than 0; above 1 softens
     * @return the loss, named "Kl"
     * @throws IllegalArgumentException if the temperature is out of range
     */
    public static DistillationLoss kl(float temperature) {
        return of(Divergences::kl, LogitDivergence.KL, "Kl").optTemperature(temperature).build();
    }

    /**
     * Returns the mean {@linkplain Divergences#softCrossEntropy cross-entropy} with the teacher's
     * probabilities, temperature 1, no hard labels.
     *
     * @return the loss, named "SoftCrossEntropy"
     */
    public static DistillationLoss softCrossEntropy() {
        return of(Divergences::softCrossEntropy, null, "SoftCrossEntropy").build();
    }

    private static Builder of(Divergence divergence, @Nullable LogitDivergence fused, String name) {
        Builder builder = builder().setDivergence(divergence).optName(name);
        builder.fused = fused;
        return builder;
    }

    /**
     * Returns a builder.
     *
     * @return a builder with nothing set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Computes the loss of one batch.
     *
     * @param labels the teacher's logits, or targets and the teacher's logits
     * @param predictions the student's logits first; further arrays are ignored
     * @return the loss, a scalar, float32 or float64
     * @throws IllegalArgumentException if an array is missing, or its shape, type or value is not
     *     as described above
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray student = Inputs.studentLogits(predictions);
        NDArray teacher = Inputs.teacherLogits(labels, student);
        try (NDManager scratch = NDManager.subManagerOf(student)) {
            // A result follows its first operand's manager; handles of our own, moved to the
            // scratch manager, draw all that follows there. The graph keeps what backward needs.
            NDArray studentLogits = widened(student.reshape(student.getShape()), scratch);
            NDArray teacherLogits = widened(teacher.stopGradient(), scratch);
            NDArray loss = softLoss(studentLogits, teacherLogits);
            if (hardLabelWeight > 0) {
                NDArray target = Inputs.target(labels, student);
                HardLabels hard = HardLabels.read(target, student.getShape().get(1));
                NDArray crossEntropy = hard.crossEntropy(studentLogits.logSoftmax(-1));
                loss = loss.add(crossEntropy.mul(Constants.of(crossEntropy, hardLabelWeight)));
            }
            return scratch.ret(loss);
        }
    }

    private NDArray softLoss(NDArray studentLogits, NDArray teacherLogits) {
        NDArray perExample = perExample(tempered(studentLogits), tempered(teacherLogits));
        Shape expected = new Shape(studentLogits.getShape().get(0));
        if (!perExample.getShape().equals(expected)) {
            throw new IllegalArgumentException(
                    "divergence must return one value per example, shape "
                            + expected
                            + ", but was "
                            + perExample.getShape());
        }
        double factor = (double) weight * temperature * temperature;
        return perExample.mul(Constants.of(perExample, factor)).mean();
    }

    private NDArray perExample(NDArray student, NDArray teacher) {
        // The teacher's are not the student's type if one side alone is of 64 bits.
        Optional<NDArray> value = Optional.empty();
        if (fused != null && student.getDataType() == teacher.getDataType()) {
            Kernels kernels = Kernels.of(student.getManager().getEngine());
            value = kernels.divergence(fused, student, teacher);
        }
        // The logarithm also makes a usable tensor of one of the engine's inference mode.
        return value.orElseGet(
                () -> divergence.perExample(student.logSoftmax(-1), teacher.logSoftmax(-1)));
    }

    private NDArray tempered(NDArray logits) {
        return temperature == 1 ? logits : logits.div(Constants.of(logits, temperature));
    }

    private static NDArray widened(NDArray logits, NDManager scratch) {
        logits.attach(scratch);
        if (logits.getDataType() != DataType.FLOAT16) {
            return logits;
        }
        // toType would cut the gradient. Type promotion does not, but only an array of dimension 1
        // or more promotes; a number or a scalar array would leave float16.
        return logits.mul(scratch.ones(new Shape(1), DataType.FLOAT32, logits.getDevice()));
    }

    /** Builds a {@link DistillationLoss}; each setting may be given once. */
    public static final class Builder {

        private final Setting<Divergence> divergence = new Setting<>("divergence");
        private @Nullable LogitDivergence fused;
        private final Setting<Float> temperature = new Setting<>("temperature");
        private final Setting<Float> weight = new Setting<>("weight");
        private final Setting<Float> hardLabelWeight = new Setting<>("hardLabelWeight");
        private final Setting<String> name = new Setting<>("name");

        private Builder() {}

        /**
         * Sets what is compared. Required.
         *
         * @param divergence the divergence, such as {@code Divergences::symmetricKl}
         * @return this builder
         * @throws IllegalStateException if set before
         */
        public Builder setDivergence(Divergence divergence) {
            this.divergence.set(divergence);
            return this;
        }

        /**
         * Sets the temperature T that divides both logits before the softmax. Default 1.
         *
         * <p>The result is multiplied by T², for every divergence: gradients of softened
         * predictions shrink with 1/T², so that way the balance with a hard-label term, and the
         * learning rate, survive a change of T. The hard-label term itself is always taken at
         * temperature 1.
         *
         * @param temperature T, finite and greater than 0
         * @return this builder
         * @throws IllegalArgumentException if out of range
         * @throws IllegalStateException if set before
         */
        public Builder optTemperature(float temperature) {
            Ranges.check(
                    "temperature",
                    Float.isFinite(temperature) && temperature > 0,
                    "be finite and greater than 0",
                    temperature);
            this.temperature.set(temperature);
            return this;
        }

        /**
         * Sets the factor of the divergence. Default 1.
         *
         * @param weight the factor, finite and at least 0; does not apply to the hard-label term,
         *     without which it must be above 0
         * @return this builder
         * @throws IllegalArgumentException if out of range
         * @throws IllegalStateException if set before
         */
        public Builder optWeight(float weight) {
            requireFactor("weight", weight);
            this.weight.set(weight);
            return this;
        }

        /**
         * Sets the factor of the cross-entropy with the target class. Default 0: targets are not
         * read, as in SSLD.
         *
         * <p>The cross-entropy is averaged over the labelled examples of the batch; a batch without
         * any adds 0 and no gradient. Targets are read on the host, which on a GPU waits for work
         * in flight.
         *
         * @param hardLabelWeight the factor, finite and at least 0
         * @return this builder
         * @throws IllegalArgumentException if out of range
         * @throws IllegalStateException if set before
         */
        public Builder optHardLabelWeight(float hardLabelWeight) {
            requireFactor("hardLabelWeight", hardLabelWeight);
            this.hardLabelWeight.set(hardLabelWeight);
            return this;
        }

        /**
         * Sets the name under which DJL reports the loss. Default "DistillationLoss".
         *
         * @param name the name, not blank
         * @return this builder
         * @throws IllegalArgumentException if blank
         * @throws IllegalStateException if set before
         */
        public Builder optName(String name) {
            this.name.set(LossName.check(name));
            return this;
        }

        /**
         * Builds the loss.
         *
         * @return the loss
         * @throws IllegalStateException if no divergence was set, or the weight is 0 and there is
         *     no hard-label term either
         */
        public DistillationLoss build() {
            if (weight.or(1f) == 0 && hardLabelWeight.or(0f) == 0) {
                throw new IllegalStateException(
                        "weight must be greater than 0 without a hard-label weight, but was 0;"
                                + " such a loss is always 0, and nothing is learned");
            }
            if (!divergence.isSet()) {
                throw new IllegalStateException(
                        "divergence must be set, but was missing; call setDivergence, with"
                                + " Divergences::symmetricKl for instance");
            }
            return new DistillationLoss(this, divergence.required());
        }

        private static void requireFactor(String name, float factor) {
            Ranges.check(
                    name,
                    Float.isFinite(factor) && factor >= 0,
                    "be finite and at least 0",
                    factor);
        }
    }
}
