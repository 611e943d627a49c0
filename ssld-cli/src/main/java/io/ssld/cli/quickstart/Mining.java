package io.ssld.cli.quickstart;

import java.util.List;

/**
 * What mining did to the pool with images planted in it.
 *
 * @param pool images of the pool before any were planted
 * @param kept images that the student learns from, planted ones included
 * @param kinds a row a kind of planted image
 * @param poolTakenForCopies images of the pool that were taken for copies of test images
 * @param poolUnsure images of the pool of which the teacher was not sure enough
 * @param poolUnlike images of the pool that are like no labelled image
 * @param minimumScore the teacher's probability from which an image stays
 * @param seconds how long it took
 */
public record Mining(
        int pool,
        int kept,
        List<Row> kinds,
        int poolTakenForCopies,
        int poolUnsure,
        int poolUnlike,
        double minimumScore,
        double seconds) {

    /** Keeps a copy. */
    public Mining {
        kinds = List.copyOf(kinds);
    }

    /**
     * One kind of planted image.
     *
     * @param kind what it is
     * @param planted how many were planted
     * @param asCopies how many were found as copies of test images
     * @param unsure how many more the teacher was not sure enough of
     * @param unlike how many more were like no labelled image
     * @param left how many got through
     */
    public record Row(String kind, int planted, int asCopies, int unsure, int unlike, int left) {}
}
