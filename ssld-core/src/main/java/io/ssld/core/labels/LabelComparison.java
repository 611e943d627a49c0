package io.ssld.core.labels;

/**
 * How the labels of a store compare with what a teacher says now.
 *
 * @param images how many images were compared
 * @param views how many of their views
 * @param withoutLabels images of the list that have no labels
 * @param agreement the share of the views whose likeliest class is the same, 0 to 1
 * @param greatestDifference between a stored log-probability and the live one
 * @param withinHalf whether no log-probability differs by more than rounding to half precision, and
 *     that of other kernels, can explain: {@code 2^-11 |x| + 1e-4}
 */
public record LabelComparison(
        int images,
        int views,
        int withoutLabels,
        double agreement,
        double greatestDifference,
        boolean withinHalf) {}
