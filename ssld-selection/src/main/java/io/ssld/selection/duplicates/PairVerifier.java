package io.ssld.selection.duplicates;

import io.ssld.selection.duplicates.SiftMatcher.Found;
import io.ssld.selection.duplicates.SiftMatcher.Matches;
import java.io.IOException;
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

    /** Which rules decide; verdicts of other rules are not taken from a cache. */
    static final String RULES = "verification-3";

    /** An image in colour, read when it is asked for. */
    @FunctionalInterface
    interface PictureSource {

        Picture get() throws IOException;
    }

    /**
     * What was found; {@code verdict} is null if the images differ.
     *
     * @param alike whether nothing was seen that speaks against a copy; of a {@link
     *     Verdict#UNDECIDED} one without, likeness of descriptors proves nothing
     */
    record Outcome(
            @Nullable Verdict verdict,
            Stage stage,
            String reason,
            Evidence evidence,
            boolean alike) {

        boolean isDuplicate() {
            return verdict == Verdict.DUPLICATE;
        }

        private static Outcome different(Stage stage) {
            return new Outcome(null, stage, "", Evidence.EXACT, false);
        }
    }

    /** Compares an image of the pool, or its mirror image, with another. */
    Outcome verify(
            Features pool, Features reference, PictureSource poolPicture, PictureSource picture)
            throws IOException {
        Matches matches = SiftMatcher.match(pool, reference);
        Found found = SiftMatcher.fit(pool, reference, matches, thresholds.inliers());
        int features = Math.min(pool.count(), reference.count());
        String doubt = doubt(pool, reference, features);
        int side = side(pool, reference);
        if (found != null
                && found.score().details() >= thresholds.agreement()
                && found.score().shade() >= thresholds.shade()) {
            Evidence evidence = evidence(pool, reference, features, matches, found);
            Homography map = inPixels(found.map(), pool, reference);
            switch (sameness(poolPicture.get(), picture.get(), map, side)) {
                case SAME -> {
                    return new Outcome(Verdict.DUPLICATE, Stage.SIFT, "", evidence, true);
                }
                case WITHOUT_COLORS -> {
                    return new Outcome(
                            Verdict.UNDECIDED,
                            Stage.SIFT,
                            "one is without colours: a grey copy, or a thing of another colour",
                            evidence,
                            true);
                }
                case DIFFERENT -> {}
            }
        }
        if (doubt.isEmpty()) {
            return Outcome.different(Stage.SIFT);
        }
        float[] color = Sameness.oneColor(poolPicture.get());
        float[] other = Sameness.oneColor(picture.get());
        if (color != null || other != null) {
            boolean same = color != null && other != null && Sameness.isSame(color, other);
            return same
                    ? new Outcome(Verdict.DUPLICATE, Stage.ALIGNMENT, "", Evidence.EXACT, true)
                    : Outcome.different(Stage.ALIGNMENT);
        }
        return aligned(pool, reference, poolPicture.get(), picture.get(), matches, doubt);
    }

    private Outcome aligned(
            Features pool,
            Features reference,
            Picture poolPicture,
            Picture picture,
            Matches matches,
            String doubt) {
        Alignment.Found aligned = Alignment.find(pool, reference);
        Homography map = inPixels(aligned.map(), pool, reference);
        Evidence evidence =
                new Evidence(
                        Math.min(pool.count(), reference.count()),
                        matches.count(),
                        0,
                        list(map),
                        0,
                        aligned.score().details(),
                        aligned.score().shade(),
                        List.of());
        Sameness.Answer answer = sameness(poolPicture, picture, map, side(pool, reference));
        boolean alike = answer != Sameness.Answer.DIFFERENT;
        return answer == Sameness.Answer.SAME
                        && aligned.score().details() >= thresholds.alignment()
                        && aligned.score().shade() >= thresholds.shade()
                ? new Outcome(Verdict.DUPLICATE, Stage.ALIGNMENT, "", evidence, true)
                : new Outcome(
                        Verdict.UNDECIDED,
                        Stage.ALIGNMENT,
                        alike ? doubt : doubt + "; what is to be seen differs",
                        evidence,
                        alike);
    }

    private Sameness.Answer sameness(Picture pool, Picture reference, Homography map, int side) {
        return thresholds.shade() == 0
                ? Sameness.Answer.SAME
                : Sameness.of(
                        LaidPictures.blocks(pool, reference, map),
                        side < thresholds.side(),
                        side < 2 * thresholds.side());
    }

    private static int side(Features pool, Features reference) {
        return Math.min(pool.source().longer(), reference.source().longer());
    }

    /** Why SIFT could not tell, or nothing. */
    private String doubt(Features pool, Features reference, int features) {
        int side = side(pool, reference);
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
