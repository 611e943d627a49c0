package io.ssld.selection.duplicates;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.core.TermCriteria;
import org.opencv.imgproc.Imgproc;
import org.opencv.video.Video;

/**
 * Lays one picture over another without features: for images so small or so plain that SIFT finds
 * none.
 *
 * <p>Both pictures are brought to 64 pixels. The whole, and each window of {@link Windows}, of one
 * is laid over the whole of the other; the two places that agree best are refined by an affine map
 * (Evangelidis and Psarakis, "Parametric image alignment using enhanced correlation coefficient
 * maximization", 2008).
 */
final class Alignment {

    private static final int SIDE = 64;
    private static final Agreement AGREEMENT = new Agreement(0.8, 4, 8);
    private static final int REFINED = 2;
    private static final int ITERATIONS = 40;
    private static final double PRECISION = 1e-4;

    private Alignment() {}

    /** A map between the pictures of two {@link Features}, and how well they agree. */
    record Found(Homography map, Agreement.Score score) {

        double details() {
            return score.details();
        }
    }

    static Found find(Features a, Features b) {
        try (Mats mats = new Mats()) {
            Mat small = shrink(a, mats);
            Mat other = shrink(b, mats);
            List<Found> places =
                    IntStream.range(0, 2 * Windows.ALL - 1)
                            .mapToObj(i -> place(i))
                            .map(map -> new Found(map, AGREEMENT.of(small, other, map)))
                            .sorted(Comparator.comparingDouble(Found::details).reversed())
                            .limit(REFINED)
                            .toList();
            Found best = places.get(0);
            for (Found place : places) {
                Found refined = refine(small, other, place.map, mats);
                if (refined != null && refined.details() > best.details()) {
                    best = refined;
                }
            }
            return new Found(betweenPictures(best.map, a, b), best.score);
        }
    }

    private static Mat shrink(Features features, Mats mats) {
        Mat small = mats.create();
        Imgproc.resize(
                features.greyMat(mats), small, new Size(SIDE, SIDE), 0, 0, Imgproc.INTER_AREA);
        return small;
    }

    /** The whole onto windows of the other, then windows onto the whole of the other. */
    private static Homography place(int index) {
        int view = index % Windows.ALL;
        double part = (double) Windows.length(view, SIDE) / SIDE;
        double left = Windows.start(view, 0, SIDE);
        double top = Windows.start(view, 1, SIDE);
        return index < Windows.ALL
                ? Homography.scaling(part, part, left, top)
                : inverse(index - Windows.ALL + 1);
    }

    private static Homography inverse(int view) {
        double part = (double) Windows.length(view, SIDE) / SIDE;
        double left = Windows.start(view, 0, SIDE);
        double top = Windows.start(view, 1, SIDE);
        return Homography.scaling(1 / part, 1 / part, -left / part, -top / part);
    }

    private static @Nullable Found refine(Mat a, Mat b, Homography start, Mats mats) {
        // OpenCV's warp leads from the template, b, to the input, a.
        Mat inverted = mats.create();
        Core.invert(start.toMat(mats), inverted);
        Mat warp = mats.create();
        mats.add(inverted.rowRange(0, 2)).convertTo(warp, CvType.CV_32F);
        try {
            Video.findTransformECC(
                    b,
                    a,
                    warp,
                    Video.MOTION_AFFINE,
                    new TermCriteria(TermCriteria.COUNT + TermCriteria.EPS, ITERATIONS, PRECISION),
                    mats.create(),
                    3);
        } catch (CvException e) {
            // The two have too little in common for the method to converge: not a copy in this
            // place.
            return null;
        }
        Mat affine = mats.create();
        warp.convertTo(affine, CvType.CV_64F);
        Core.invert(Homography.of(affine).toMat(mats), inverted);
        Homography map = Homography.of(inverted);
        return map.isPlausible() ? new Found(map, AGREEMENT.of(a, b, map)) : null;
    }

    private static Homography betweenPictures(Homography map, Features a, Features b) {
        Homography shrink =
                Homography.scaling(
                        (double) SIDE / a.picture().width(),
                        (double) SIDE / a.picture().height(),
                        0,
                        0);
        Homography enlarge =
                Homography.scaling(
                        b.picture().width() / (double) SIDE,
                        b.picture().height() / (double) SIDE,
                        0,
                        0);
        return enlarge.after(map).after(shrink);
    }
}
