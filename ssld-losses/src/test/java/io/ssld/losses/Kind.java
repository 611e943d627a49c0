package io.ssld.losses;

import java.util.function.Supplier;

/** Each divergence beside its reference, by its function and as the loss that is ready-made. */
@SuppressWarnings("ImmutableEnumChecker") // the functions hold no state
enum Kind {
    KL(Divergences::kl, Reference::kl),
    SYMMETRIC_KL(Divergences::symmetricKl, Reference::symmetricKl),
    JENSEN_SHANNON(Divergences::jensenShannon, Reference::jensenShannon),
    SOFT_CROSS_ENTROPY(Divergences::softCrossEntropy, Reference::softCrossEntropy),
    READY_KL(Divergences::kl, Reference::kl, () -> DistillationLoss.kl(1)),
    READY_SYMMETRIC_KL(
            Divergences::symmetricKl, Reference::symmetricKl, DistillationLoss::symmetricKl),
    READY_JENSEN_SHANNON(
            Divergences::jensenShannon, Reference::jensenShannon, DistillationLoss::jensenShannon);

    final Divergence divergence;
    final Reference.Row reference;
    private final Supplier<DistillationLoss> loss;

    Kind(Divergence divergence, Reference.Row reference) {
        this(
                divergence,
                reference,
                () -> DistillationLoss.builder().setDivergence(divergence).build());
    }

    Kind(Divergence divergence, Reference.Row reference, Supplier<DistillationLoss> loss) {
        this.divergence = divergence;
        this.reference = reference;
        this.loss = loss;
    }

    DistillationLoss loss() {
        return loss.get();
    }
}
