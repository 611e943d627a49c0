package io.ssld.selection.duplicates;

/** What decided on a pair of images; from cheap to dear. */
public enum Stage {
    /** The files are equal, byte for byte. */
    EXACT_FILE,
    /** The files differ, the decoded pixels do not. */
    EXACT_PIXELS,
    /** Features were matched, and the pictures agree once laid over each other. */
    SIFT,
    /** Too few features to match; the pictures were laid over each other without. */
    ALIGNMENT
}
