package io.ssld.core.search;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a search begins no more trials.
 *
 * @param trials the most trials of the search, at least 1; null for all
 * @param time no trial begins once the trials have taken this long together; null for no limit
 */
record SearchBudget(@Nullable Integer trials, @Nullable Duration time) {

    SearchBudget {
        if (trials != null && trials < 1) {
            throw new IllegalArgumentException("maxTrials must be at least 1, but was " + trials);
        }
        if (time != null && (time.isNegative() || time.isZero())) {
            throw new IllegalArgumentException("timeLimit must be positive, but was " + time);
        }
    }

    /** Tells whether the next trial may begin; the first always may. */
    SearchEnd after(int done, double seconds) {
        if (trials != null && done >= trials) {
            return SearchEnd.TRIALS;
        }
        return time != null && done > 0 && seconds >= time.toNanos() / 1e9
                ? SearchEnd.TIME
                : SearchEnd.NONE;
    }
}
