package io.ssld.core.search;

import java.util.Objects;

/**
 * One trial that is done.
 *
 * @param number which of the search, from 1
 * @param key the name of its files: the start of its recipe's digest
 * @param coordinate the setting it was for
 * @param value the value of that setting, as text
 * @param score the measure; NaN if training diverged
 * @param seconds how long it took
 */
public record TrialResult(
        int number, String key, Coordinate coordinate, String value, double score, double seconds) {

    /** Takes a score that is not finite for none. */
    public TrialResult {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(coordinate, "coordinate");
        Objects.requireNonNull(value, "value");
        score = Double.isFinite(score) ? score : Double.NaN;
    }

    /** Whether this one beats another: strictly, and whatever is no number loses. */
    boolean beats(TrialResult other) {
        return score > other.score || (Double.isNaN(other.score) && !Double.isNaN(score));
    }
}
