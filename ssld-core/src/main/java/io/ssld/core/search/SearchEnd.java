package io.ssld.core.search;

/** Why a search has no more trials. */
public enum SearchEnd {
    /** It goes on, or was interrupted. */
    NONE("not done"),
    /** Every candidate was tried. */
    COMPLETE("every candidate was tried"),
    /** Its number of trials was used up. */
    TRIALS("the budget of trials ended it"),
    /** Its time was used up. */
    TIME("the time limit ended it");

    private final String text;

    SearchEnd(String text) {
        this.text = text;
    }

    /**
     * Returns what reports say.
     *
     * @return a few words
     */
    public String text() {
        return text;
    }
}
