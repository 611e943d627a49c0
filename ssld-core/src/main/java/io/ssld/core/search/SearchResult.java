package io.ssld.core.search;

import io.ssld.core.train.Recipe;
import java.util.List;
import java.util.Objects;

/**
 * What a search found.
 *
 * @param best the best recipe
 * @param score its measure; NaN if every trial diverged, and {@code best} is the recipe that the
 *     search began with
 * @param coordinates the settings in the order in which they were searched
 * @param trials every trial in order
 * @param seconds how long they took together
 * @param end why the search ended
 */
public record SearchResult(
        Recipe best,
        double score,
        List<CoordinateResult> coordinates,
        List<TrialResult> trials,
        double seconds,
        SearchEnd end) {

    /** Keeps its own copies of the lists. */
    public SearchResult {
        Objects.requireNonNull(best, "best");
        Objects.requireNonNull(coordinates, "coordinates");
        Objects.requireNonNull(trials, "trials");
        Objects.requireNonNull(end, "end");
        coordinates = List.copyOf(coordinates);
        trials = List.copyOf(trials);
    }
}
