package io.ssld.selection.duplicates;

import io.ssld.selection.duplicates.SiftMatcher.Found;
import io.ssld.selection.duplicates.SiftMatcher.Matches;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.opencv.core.Point;

/** Decides whether one image is a copy of another, from both their {@link Features}. */
final class PairVerifier {

    private static final int POINTS = 24;

    private final MatchThresholds thresholds;

    PairVerifier(MatchThresholds thresholds) {
        this.thresholds = thresholds;
    }

    /** What was found; {@code verdict} is null if the images differ. */
    record Outcome(@Nullable Verdict verdict, Stage stage, String reason, Evidence evidence) {

        boolean isDuplicate() {
            return verdict == Verdict.DUPLICATE;
        }
    }

    /** Compares an image of the pool, or its mirror image, with another. */
    Outcome verify(Features pool, Features reference) {
        Matches matches = SiftMatcher.match(pool, reference);
        Found found = SiftMatcher.fit(pool, reference, matches, thresholds.inliers());
        int features = Math.min(pool.count(), reference.count());
        String doubt = doubt(pool, reference, features);
        if (found != null
                && found.score().details() >= thresholds.agreement()
                && found.score().shade() >= thresholds.shade()) {
            return new Outcome(
                    Verdict.DUPLICATE,
                    Stage.SIFT,
                    "",
                    evidence(pool, reference, features, matches, found));
        }
        if (doubt.isEmpty()) {
            return new Outcome(null, Stage.SIFT, "", Evidence.EXACT);
        }
        Alignment.Found aligned = Alignment.find(pool, reference);
        Evidence evidence =
                new Evidence(
                        features,
                        matches.count(),
                        0,
                        list(inPixels(aligned.map(), pool, reference)),
                        0,
                        aligned.score().details(),
                        aligned.score().shade(),
                        List.of());
        return aligned.score().details() >= thresholds.alignment()
                        && aligned.score().shade() >= thresholds.shade()
                ? new Outcome(Verdict.DUPLICATE, Stage.ALIGNMENT, "", evidence)
                : new Outcome(Verdict.UNDECIDED, Stage.ALIGNMENT, doubt, evidence);
    }

    /** Why SIFT could not tell, or nothing. */
    private String doubt(Features pool, Features reference, int features) {
        int side = Math.min(pool.source().longer(), reference.source().longer());
        if (side < thresholds.side()) {
            return String.format(
                    Locale.ROOT, "too small: %d pixels, SIFT needs %d", side, thresholds.side());
        } else if (features < thresholds.features()) {
            return String.format(
                    Locale.ROOT,
                    "too plain: %d features, %d needed",
                    features,
                    thresholds.features());
        }
        return "";
    }

    private static Evidence evidence(
            Features pool, Features reference, int features, Matches matches, Found found) {
        List<Evidence.Point> points = new ArrayList<>();
        int count = found.inliers().size();
        int shown = Math.min(POINTS, count);
        for (int i = 0; i < shown; i++) {
            // At even distances: features come from the strongest on.
            int match = found.inliers().get(i * count / shown);
            Point from = matches.from().get(match);
            Point to = matches.to().get(match);
            double x = from.x / pool.scale();
            points.add(
                    new Evidence.Point(
                            pool.mirrored() ? pool.source().width() - 1 - x : x,
                            from.y / pool.scale(),
                            to.x / reference.scale(),
                            to.y / reference.scale()));
        }
        return new Evidence(
                features,
                matches.count(),
                count,
                list(inPixels(found.map(), pool, reference)),
                found.error() / reference.scale(),
                found.score().details(),
                found.score().shade(),
                points);
    }

    /** From pixels of the pool's file to pixels of the reference's. */
    private static Homography inPixels(Homography map, Features pool, Features reference) {
        double in = pool.scale();
        double out = 1 / reference.scale();
        Homography picture =
                pool.mirrored()
                        ? Homography.scaling(-in, in, in * (pool.source().width() - 1), 0)
                        : Homography.scaling(in, in, 0, 0);
        return Homography.scaling(out, out, 0, 0).after(map).after(picture);
    }

    private static List<Double> list(Homography map) {
        List<Double> numbers = new ArrayList<>();
        for (double number : map.h()) {
            numbers.add(number);
        }
        return numbers;
    }
}
