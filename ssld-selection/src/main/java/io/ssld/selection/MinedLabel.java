package io.ssld.selection;

/** What a training list says of the class of mined images. */
public enum MinedLabel {

    /** Nothing: the line is the path alone. */
    NONE,

    /**
     * Class 0, as PaddleClas' lists do, whose readers want a label on each line. Such a list cannot
     * be told from one of images of class 0: training accuracy on it means nothing.
     */
    ZERO,

    /** What the mined list says: pseudo-labels, if it has some. */
    KEPT
}
