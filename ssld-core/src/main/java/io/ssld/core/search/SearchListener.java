package io.ssld.core.search;

import io.ssld.core.train.Recipe;

/** Hears of the trials of a search, in its thread. */
public interface SearchListener {

    /**
     * A trial begins or goes on.
     *
     * @param number which of the search, from 1
     * @param most the trials there may be, if no two are equal
     * @param candidate the value that is tried
     * @param recipe its recipe
     */
    default void onTrial(int number, int most, Candidate candidate, Recipe recipe) {}

    /**
     * A trial is done.
     *
     * @param result what it found
     * @param known whether it was in the folder and not run now
     */
    default void onResult(TrialResult result, boolean known) {}
}
