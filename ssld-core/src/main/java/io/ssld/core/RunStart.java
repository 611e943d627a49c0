package io.ssld.core;

import java.util.List;

/**
 * Where a run starts.
 *
 * @param epochs the epochs of the run, unless it stops early
 * @param stepsPerEpoch optimiser steps of an epoch
 * @param step optimiser steps that earlier processes of the run have done; 0 for a new run
 * @param done the epochs that earlier processes of the run have done; empty for a new run
 * @param refused checkpoints newer than the one resumed from that could not be used, with reasons
 */
public record RunStart(
        int epochs, int stepsPerEpoch, long step, List<EpochSummary> done, List<String> refused) {

    /** Keeps its own copies of the lists. */
    public RunStart {
        done = List.copyOf(done);
        refused = List.copyOf(refused);
    }
}
