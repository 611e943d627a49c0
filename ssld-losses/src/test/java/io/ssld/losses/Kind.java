package io.ssld.losses;

/** Each divergence beside its reference. */
@SuppressWarnings("ImmutableEnumChecker") // the functions hold no state
enum Kind {
    KL(Divergences::kl, Reference::kl),
    SYMMETRIC_KL(Divergences::symmetricKl, Reference::symmetricKl),
    JENSEN_SHANNON(Divergences::jensenShannon, Reference::jensenShannon),
    SOFT_CROSS_ENTROPY(Divergences::softCrossEntropy, Reference::softCrossEntropy);

    final Divergence divergence;
    final Reference.Row reference;

    Kind(Divergence divergence, Reference.Row reference) {
        this.divergence = divergence;
        this.reference = reference;
    }

    DistillationLoss loss() {
        return DistillationLoss.builder().setDivergence(divergence).build();
    }
}
