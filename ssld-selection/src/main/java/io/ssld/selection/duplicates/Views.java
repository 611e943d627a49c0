package io.ssld.selection.duplicates;

/**
 * The vectors of one image and of its mirror image, one a view, each of unit length.
 *
 * @param plain the image's
 * @param mirrored the mirror image's
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Views(float[][] plain, float[][] mirrored) {

    /** A similarity, and whether it is that of the mirror image. */
    record Similarity(float cosine, boolean mirrored) {}

    /** The best cosine of comparable views of this image, or its mirror image, and another. */
    Similarity to(Views other, boolean asMirrored) {
        return new Similarity(best(asMirrored ? mirrored : plain, other.plain), asMirrored);
    }

    private static float best(float[][] views, float[][] others) {
        float best = -1;
        for (int i = 0; i < views.length; i++) {
            for (int j = 0; j < others.length; j++) {
                if (Windows.comparable(i, j)) {
                    best = Math.max(best, Vectors.dot(views[i], others[j]));
                }
            }
        }
        return best;
    }
}
