package io.ssld.selection.duplicates;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.opencv.calib3d.Calib3d;
import org.opencv.core.Core;
import org.opencv.core.DMatch;
import org.opencv.core.Mat;
import org.opencv.core.MatOfDMatch;
import org.opencv.core.MatOfPoint2f;
import org.opencv.core.Point;
import org.opencv.features2d.BFMatcher;

/**
 * Matches the SIFT features of two pictures and looks for the map that explains the matches.
 *
 * <p>A feature is matched with its nearest if that is nearer than 0.8 of the second nearest (Lowe's
 * ratio test). RANSAC proposes a homography and, since few matches carry eight numbers badly, a
 * similarity; of the plausible ones that with the better {@link Agreement} is kept. Inliers are
 * counted once for each cell of 4 x 4 pixels in both pictures: a repeated pattern would count many
 * times otherwise.
 */
final class SiftMatcher {

    private static final float RATIO = 0.8f;

    /** Distance in pixels of the picture within which a match agrees with a map. */
    private static final double TOLERANCE = 4;

    private static final int CELL = 4;
    private static final int ITERATIONS = 2000;
    private static final double CONFIDENCE = 0.995;
    private static final int REFINEMENTS = 10;

    private SiftMatcher() {}

    /** Features of both pictures that belong together. */
    record Matches(List<Point> from, List<Point> to) {

        int count() {
            return from.size();
        }
    }

    /** A map with what speaks for it; {@code inliers} are places in {@link Matches}. */
    record Found(Homography map, List<Integer> inliers, double error, Agreement.Score score) {}

    static Matches match(Features a, Features b) {
        Matches matches = new Matches(new ArrayList<>(), new ArrayList<>());
        if (a.count() == 0 || b.count() < 2) {
            return matches;
        }
        try (Mats mats = new Mats()) {
            List<MatOfDMatch> nearest = new ArrayList<>();
            BFMatcher matcher = BFMatcher.create(Core.NORM_L2, false);
            try {
                matcher.knnMatch(a.descriptorMat(mats), b.descriptorMat(mats), nearest, 2);
            } finally {
                // As with SIFT: the finaliser must not come in between.
                Reference.reachabilityFence(matcher);
            }
            for (MatOfDMatch both : nearest) {
                DMatch[] two = mats.add(both).toArray();
                if (two.length == 2 && two[0].distance < RATIO * two[1].distance) {
                    matches.from.add(a.place(two[0].queryIdx));
                    matches.to.add(b.place(two[0].trainIdx));
                }
            }
        }
        return matches;
    }

    /**
     * Returns the best plausible map of the first picture onto the second that so many inliers
     * agree on, if there is any.
     */
    static @Nullable Found fit(Features a, Features b, Matches matches, int least) {
        if (matches.count() < Math.max(4, least)) {
            return null;
        }
        try (Mats mats = new Mats()) {
            MatOfPoint2f from = mats.add(new MatOfPoint2f(matches.from.toArray(new Point[0])));
            MatOfPoint2f to = mats.add(new MatOfPoint2f(matches.to.toArray(new Point[0])));
            // RANSAC draws; equal pictures must get equal verdicts.
            Core.setRNGSeed(1);
            Mat homography =
                    Calib3d.findHomography(
                            from,
                            to,
                            Calib3d.RANSAC,
                            TOLERANCE,
                            mats.create(),
                            ITERATIONS,
                            CONFIDENCE);
            Mat similarity =
                    Calib3d.estimateAffinePartial2D(
                            from,
                            to,
                            mats.create(),
                            Calib3d.RANSAC,
                            TOLERANCE,
                            ITERATIONS,
                            CONFIDENCE,
                            REFINEMENTS);
            Mat greyA = a.greyMat(mats);
            Mat greyB = b.greyMat(mats);
            Found best = null;
            for (Mat mat : List.of(mats.add(homography), mats.add(similarity))) {
                if (mat.empty() || !Homography.of(mat).isPlausible()) {
                    continue;
                }
                Found found = inliers(Homography.of(mat), matches);
                if (found.inliers.size() >= least) {
                    Agreement.Score score = Agreement.OF_PHOTOGRAPHS.of(greyA, greyB, found.map);
                    found = new Found(found.map, found.inliers, found.error, score);
                    boolean better = best == null || score.details() > best.score.details();
                    best = better ? found : best;
                }
            }
            return best;
        }
    }

    private static Found inliers(Homography map, Matches matches) {
        Set<Long> taken = new HashSet<>();
        Set<Long> takenTo = new HashSet<>();
        List<Integer> inliers = new ArrayList<>();
        double squares = 0;
        for (int i = 0; i < matches.count(); i++) {
            Point to = matches.to.get(i);
            Point mapped = map.apply(matches.from.get(i));
            double distance = Math.hypot(mapped.x - to.x, mapped.y - to.y);
            long cell = cell(matches.from.get(i));
            long cellTo = cell(to);
            if (distance <= TOLERANCE && !taken.contains(cell) && !takenTo.contains(cellTo)) {
                taken.add(cell);
                takenTo.add(cellTo);
                inliers.add(i);
                squares += distance * distance;
            }
        }
        double error = inliers.isEmpty() ? 0 : Math.sqrt(squares / inliers.size());
        return new Found(map, inliers, error, Agreement.Score.NONE);
    }

    private static long cell(Point p) {
        return (long) (p.x / CELL) << 32 | (long) (p.y / CELL);
    }
}
