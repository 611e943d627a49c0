package io.ssld.core.run;

import io.ssld.core.train.LossScale;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a run starts.
 *
 * @param epochs the epochs of the run, unless it stops early
 * @param stepsPerEpoch optimiser steps of an epoch
 * @param step optimiser steps that earlier processes of the run have done; 0 for a new run
 * @param done the epochs that earlier processes of the run have done; empty for a new run
 * @param refused checkpoints newer than the one resumed from that could not be used, with reasons
 * @param classes the number of classes
 * @param lossScale how the loss is scaled; empty unless the student computes in float16
 */
public record RunStart(
        int epochs,
        int stepsPerEpoch,
        long step,
        List<EpochSummary> done,
        List<String> refused,
        int classes,
        Optional<LossScale> lossScale) {

    /** Keeps its own copies of the lists. */
    public RunStart {
        Objects.requireNonNull(done, "done");
        Objects.requireNonNull(refused, "refused");
        Objects.requireNonNull(lossScale, "lossScale");
        done = List.copyOf(done);
        refused = List.copyOf(refused);
    }
}
