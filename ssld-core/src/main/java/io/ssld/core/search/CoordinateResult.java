package io.ssld.core.search;

import java.util.List;
import java.util.Objects;

/**
 * What a search found out about one setting.
 *
 * @param coordinate the setting
 * @param tried a trial for each value, first that of the recipe so far, which was run for an
 *     earlier setting unless this is the first
 * @param values the values of the setting, one for each of {@code tried}
 * @param winner the index of the best, the earlier of equals
 * @param complete whether all candidates were tried
 */
public record CoordinateResult(
        Coordinate coordinate,
        List<TrialResult> tried,
        List<String> values,
        int winner,
        boolean complete) {

    /** Keeps its own copies of the lists. */
    public CoordinateResult {
        Objects.requireNonNull(coordinate, "coordinate");
        Objects.requireNonNull(tried, "tried");
        Objects.requireNonNull(values, "values");
        tried = List.copyOf(tried);
        values = List.copyOf(values);
    }
}
