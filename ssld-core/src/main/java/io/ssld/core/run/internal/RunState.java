package io.ssld.core.run.internal;

import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.EpochSummary;
import io.ssld.core.train.LossScale;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a run is, between two steps: what a checkpoint holds besides the arrays.
 *
 * @param identity what the run is made of, by name; a checkpoint serves only the run it is of
 * @param stepsPerEpoch optimiser steps of an epoch. Kept, because the size of the data changes with
 *     the images that are quarantined
 * @param step optimiser steps done
 * @param pass the pass over the training data that is being read
 * @param position how far that pass was read
 * @param sums of the epoch that is not done
 * @param before the student on the validation data before the first step
 * @param epochs the epochs that are done
 * @param quarantine the images left out so far
 * @param seconds the duration so far
 * @param lossScale how the loss is scaled, if it is; checkpoints written before there was a choice
 *     do not name it
 */
record RunState(
        Map<String, String> identity,
        int stepsPerEpoch,
        long step,
        int pass,
        long position,
        EpochMeter.Sums sums,
        Evaluation before,
        List<EpochSummary> epochs,
        List<QuarantinedImage> quarantine,
        double seconds,
        Optional<LossScale> lossScale) {

    RunState {
        lossScale = Objects.requireNonNullElse(lossScale, Optional.empty());
        epochs = List.copyOf(epochs);
        quarantine = List.copyOf(quarantine);
    }

    static RunState start(Map<String, String> identity, int stepsPerEpoch, Evaluation before) {
        return new RunState(
                identity,
                stepsPerEpoch,
                0,
                0,
                0,
                EpochMeter.Sums.NONE,
                before,
                List.of(),
                List.of(),
                0,
                Optional.empty());
    }

    /** The number of the best epoch; empty before the first. */
    OptionalInt bestEpoch() {
        return EpochSummary.best(epochs);
    }
}
