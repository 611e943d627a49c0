package io.ssld.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.IndexLoss;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SimpleCompositeLoss;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.engine.internal.Constants;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Weighted sum Σ wᵢ · lossᵢ of DJL losses over the same labels and predictions. DJL's own {@link
 * SimpleCompositeLoss} has no weights.
 *
 * <p>Each loss sees the whole lists. Most DJL losses accept one label array only; in a batch of
 * targets and teacher logits wrap them in {@link IndexLoss}:
 *
 * <pre>{@code
 * Loss loss = WeightedSumLoss.builder()
 *         .add(DistillationLoss.symmetricKl(), 1f)
 *         .add(new IndexLoss(Loss.softmaxCrossEntropyLoss(), 0, LabelSlots.TARGET), 0.5f)
 *         .build();
 * }</pre>
 *
 * <p>DJL's cross-entropy does not know {@link LabelSlots#UNLABELLED}; where some examples have no
 * target, use {@link DistillationLoss.Builder#optHardLabelWeight} instead.
 *
 * <p>The result has the type and shape of the summed values, in practice a scalar, and the manager
 * of the first one.
 */
public final class WeightedSumLoss extends Loss {

    private final List<Term> terms;

    private WeightedSumLoss(Builder builder) {
        super(builder.name.or("WeightedSumLoss"));
        this.terms = List.copyOf(builder.terms);
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
     * Computes the sum for one batch.
     *
     * @param labels the labels, given to each loss as they are
     * @param predictions the predictions, given to each loss as they are
     * @return Σ wᵢ · lossᵢ
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return terms.stream()
                .map(term -> term.weighted(labels, predictions))
                .reduce(NDArray::add)
                .orElseThrow();
    }

    private record Term(Loss loss, float weight) {

        NDArray weighted(NDList labels, NDList predictions) {
            NDArray value = loss.evaluate(labels, predictions);
            return value.mul(Constants.of(value, weight));
        }
    }

    /** Builds a {@link WeightedSumLoss}. */
    public static final class Builder {

        private final List<Term> terms = new ArrayList<>();
        private final Setting<String> name = new Setting<>("name");

        private Builder() {}

        /**
         * Adds a loss. May be repeated.
         *
         * @param loss the loss
         * @param weight its factor, finite and not 0; negative rewards what the loss punishes
         * @return this builder
         * @throws IllegalArgumentException if the weight is not finite, or 0
         */
        public Builder add(Loss loss, float weight) {
            Objects.requireNonNull(loss, "loss");
            if (weight == 0) {
                throw new IllegalArgumentException(
                        "weight of "
                                + loss.getName()
                                + " must not be 0, because the loss would do nothing; leave it"
                                + " out");
            }
            String what = "weight of " + loss.getName();
            Ranges.check(what, Float.isFinite(weight), "be finite", weight);
            terms.add(new Term(loss, weight));
            return this;
        }

        /**
         * Sets the name under which DJL reports the loss. Default "WeightedSumLoss".
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
         * @throws IllegalStateException if no loss was added
         */
        public WeightedSumLoss build() {
            if (terms.isEmpty()) {
                throw new IllegalStateException(
                        "losses must hold at least one loss, but was empty; call add");
            }
            return new WeightedSumLoss(this);
        }
    }
}
