package io.ssld.core.run;

import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.weights.StateDict;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a run did to the network it trained.
 *
 * @param before the network on the validation data before the first step
 * @param epochs every epoch in numbers
 * @param evaluation the network on the validation data at the end
 * @param parameters the number of values it learned, without running statistics
 * @param seconds the duration of the run
 * @param classes the number of classes
 * @param quarantined images that could not be read and were left out, with reasons
 * @param best the network's weights and running statistics after its best epoch, averaged where
 *     those did better, if {@code optKeepBest} asked for them; {@link StateDict#install} puts them
 *     into the network or one of the same structure. Which epoch {@link EpochSummary#best} tells
 */
public record TrainingResult(
        Evaluation before,
        List<EpochSummary> epochs,
        Evaluation evaluation,
        long parameters,
        double seconds,
        int classes,
        List<QuarantinedImage> quarantined,
        Optional<StateDict> best) {

    /** Keeps its own copies of the lists. */
    public TrainingResult {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(epochs, "epochs");
        Objects.requireNonNull(evaluation, "evaluation");
        Objects.requireNonNull(quarantined, "quarantined");
        Objects.requireNonNull(best, "best");
        epochs = List.copyOf(epochs);
        quarantined = List.copyOf(quarantined);
    }
}
