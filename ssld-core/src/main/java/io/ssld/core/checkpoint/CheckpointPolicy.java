package io.ssld.core.checkpoint;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When a run writes checkpoints, and how many it keeps.
 *
 * <p>A checkpoint is written at the end of each epoch, at the end of the run and when the run is
 * asked to stop, and besides that every so many steps or minutes, whichever comes first. Where a
 * run was interrupted and when it wrote does not change its results.
 *
 * @param steps optimiser steps from one checkpoint to the next; empty for no such rule
 * @param interval time from one checkpoint to the next; empty for no such rule
 * @param keep how many of the newest checkpoints stay, at least 1; the one of the best epoch stays
 *     as well
 */
public record CheckpointPolicy(OptionalLong steps, Optional<Duration> interval, int keep) {

    /** Checks the numbers. */
    public CheckpointPolicy {
        Objects.requireNonNull(steps, "steps");
        Objects.requireNonNull(interval, "interval");
        if (steps.isPresent() && steps.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "checkpoint steps must be at least 1, but was " + steps.getAsLong());
        }
        if (interval.isPresent() && (interval.get().isNegative() || interval.get().isZero())) {
            throw new IllegalArgumentException(
                    "checkpoint interval must be above 0, but was " + interval.get());
        }
        if (keep < 1) {
            throw new IllegalArgumentException(
                    "checkpoints to keep must be at least 1, but was " + keep);
        }
    }

    /**
     * The default: every epoch and every ten minutes, the newest two and the best.
     *
     * @return the policy
     */
    public static CheckpointPolicy standard() {
        return new CheckpointPolicy(OptionalLong.empty(), Optional.of(Duration.ofMinutes(10)), 2);
    }

    /**
     * Returns this policy with a number of steps.
     *
     * @param count optimiser steps from one checkpoint to the next, at least 1
     * @return the policy
     */
    public CheckpointPolicy everySteps(long count) {
        return new CheckpointPolicy(OptionalLong.of(count), interval, keep);
    }

    /**
     * Returns this policy with a duration.
     *
     * @param time from one checkpoint to the next, above 0
     * @return the policy
     */
    public CheckpointPolicy every(Duration time) {
        Objects.requireNonNull(time, "time");
        return new CheckpointPolicy(steps, Optional.of(time), keep);
    }

    /**
     * Returns this policy with a number of checkpoints.
     *
     * @param count how many of the newest stay, at least 1
     * @return the policy
     */
    public CheckpointPolicy keep(int count) {
        return new CheckpointPolicy(steps, interval, count);
    }

    /**
     * Tells whether a checkpoint is due between epochs' ends.
     *
     * @param sinceSteps optimiser steps since the last one
     * @param sinceNanos nanoseconds since the last one
     * @return true if one of the rules says so
     */
    public boolean isDue(long sinceSteps, long sinceNanos) {
        return (steps.isPresent() && sinceSteps >= steps.getAsLong())
                || (interval.isPresent() && sinceNanos >= interval.get().toNanos());
    }
}
