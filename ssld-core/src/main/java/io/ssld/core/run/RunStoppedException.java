package io.ssld.core.run;

/** A run that was asked to stop, and did after a whole step. */
public final class RunStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long step;

    public RunStoppedException(long step, boolean resumable) {
        super(
                "the run was asked to stop and did after step "
                        + step
                        + "; "
                        + (resumable
                                ? "resume it with the same settings and run folder"
                                : "it has no checkpoint to resume from"));
        this.step = step;
    }

    /**
     * Returns how far the run came.
     *
     * @return optimiser steps done
     */
    public long step() {
        return step;
    }
}
