package io.ssld.selection.duplicates;

import java.util.List;
import java.util.Objects;

/**
 * What speaks for a verdict.
 *
 * @param features SIFT features of the image that has fewer
 * @param matches features that passed the ratio test
 * @param inliers matches that agree on the transform, counted once a cell of 4 x 4 pixels
 * @param transform the homography from pixels of the pool image to pixels of the reference image,
 *     nine numbers row by row; a mirror image's has a negative determinant. Empty if none was found
 * @param error root mean square of the inliers' distances, in pixels of the reference image
 * @param agreement median correlation of the pictures' details under the transform, -1 to 1; -1 if
 *     there was nothing to compare
 * @param shade share of the pictures' blocks that have the same shade under the transform, 0 to 1
 * @param points some of the inliers
 */
public record Evidence(
        int features,
        int matches,
        int inliers,
        List<Double> transform,
        double error,
        double agreement,
        double shade,
        List<Point> points) {

    /** Equal images need none. */
    static final Evidence EXACT = new Evidence(0, 0, 0, List.of(), 0, 1, 1, List.of());

    /**
     * Copies the lists.
     *
     * @throws NullPointerException if a list is null
     */
    public Evidence {
        Objects.requireNonNull(transform, "transform");
        Objects.requireNonNull(points, "points");
        transform = List.copyOf(transform);
        points = List.copyOf(points);
    }

    /**
     * A place that is the same in both images.
     *
     * @param poolX pixels from the left in the pool image
     * @param poolY pixels from the top in the pool image
     * @param referenceX pixels from the left in the reference image
     * @param referenceY pixels from the top in the reference image
     */
    public record Point(double poolX, double poolY, double referenceX, double referenceY) {}
}
