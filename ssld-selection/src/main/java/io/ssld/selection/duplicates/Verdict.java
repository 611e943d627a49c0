package io.ssld.selection.duplicates;

/** What was found about a pair of images. */
public enum Verdict {
    /** One is a copy of the other. */
    DUPLICATE,
    /** They are too plain or too small to tell; the reason says which. */
    UNDECIDED
}
