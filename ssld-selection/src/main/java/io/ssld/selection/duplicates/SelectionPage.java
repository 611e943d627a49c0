package io.ssld.selection.duplicates;

import io.ssld.base.internal.report.Drawing;
import io.ssld.base.internal.report.Figure;
import io.ssld.base.internal.report.HtmlReport;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.internal.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** {@code report.html}: a certificate for people. */
final class SelectionPage {

    private static final int SIDE = 160;
    private static final int GAP = 8;
    private static final int QUALITY = 75;

    private final DuplicateResult result;
    private final Certificate certificate;
    private final int figures;

    // A file may be another one by now; a picture that was let in with more is not worth its
    // memory.
    private final ImageDecoder decoder = new ImageDecoder(ImageDecoder.USUAL_MAX_PIXELS);

    SelectionPage(DuplicateResult result, Certificate certificate, int figures) {
        this.result = result;
        this.certificate = certificate;
        this.figures = figures;
    }

    HtmlReport toHtml() throws IOException {
        HtmlReport.Builder page =
                HtmlReport.builder()
                        .setTitle(
                                result.isWithin()
                                        ? "Near-duplicates within a pool"
                                        : "Contamination certificate")
                        .optSubtitle(
                                String.format(
                                        Locale.ROOT,
                                        "%d of %d images kept, %d removed, %d undecided, %d"
                                                + " unreadable",
                                        certificate.kept(),
                                        result.pool().size(),
                                        certificate.removed(),
                                        certificate.undecided(),
                                        result.poolQuarantine().size()));
        page.addKeyValues("What was compared", sets());
        page.addKeyValues("How", how());
        if (!certificate.removedByStage().isEmpty()) {
            page.addKeyValues("Removed by stage", certificate.removedByStage());
        }
        if (!certificate.licences().isEmpty()) {
            page.addKeyValues("Licences of the images kept", certificate.licences());
        }
        List<PairVerdict> shown =
                result.verdicts().stream()
                        .filter(v -> v.stage() == Stage.SIFT || v.stage() == Stage.ALIGNMENT)
                        .sorted(
                                Comparator.comparing(PairVerdict::verdict)
                                        .reversed()
                                        .thenComparingDouble(v -> v.evidence().agreement()))
                        .limit(figures)
                        .toList();
        if (!shown.isEmpty()) {
            List<Drawing> drawings = new ArrayList<>();
            for (PairVerdict verdict : shown) {
                drawings.add(drawing(verdict));
            }
            page.addHeading("Pairs, the weakest evidence first");
            page.addDrawings("Left the pool, right what it was compared with", drawings);
        }
        addUnreadable(page);
        return page.build();
    }

    private Map<String, Object> sets() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("pool images", certificate.pool().images());
        facts.put("pool, SHA-256 of the list", certificate.pool().listDigest());
        facts.put("pool, SHA-256 of the contents", certificate.pool().contentDigest());
        if (!result.isWithin()) {
            facts.put("reference images", certificate.reference().images());
            facts.put("reference, SHA-256 of the list", certificate.reference().listDigest());
            facts.put(
                    "reference, SHA-256 of the contents", certificate.reference().contentDigest());
            facts.put("reference, unreadable", certificate.reference().unreadable().size());
        }
        facts.put("pairs verified", certificate.pairsVerified());
        return facts;
    }

    private Map<String, Object> how() {
        DuplicateSettings settings = certificate.settings();
        MatchThresholds thresholds = settings.thresholds();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("descriptor", settings.descriptor());
        facts.put("windows", settings.windows() ? "whole and nine" : "whole");
        facts.put("candidates an image", settings.candidates());
        facts.put("least similarity of a candidate", settings.minSimilarity());
        facts.put("least inliers", thresholds.inliers());
        facts.put("least agreement", thresholds.agreement());
        facts.put("least share of the same shade", thresholds.shade());
        facts.put("least agreement without features", thresholds.alignment());
        facts.put("features needed", thresholds.features());
        facts.put("pixels needed", thresholds.side());
        facts.put(
                "undecided images",
                switch (settings.undecided()) {
                    case KEEP -> "kept";
                    case REMOVE -> "removed";
                    case BY_SIMILARITY -> "removed from similarity " + thresholds.similarity();
                });
        facts.putAll(new java.util.TreeMap<>(certificate.versions()));
        return facts;
    }

    private Drawing drawing(PairVerdict verdict) {
        Certificate.Pair pair = Certificate.Pair.of(verdict, Origins.NONE);
        Evidence evidence = verdict.evidence();
        String found =
                verdict.verdict() == Verdict.DUPLICATE
                        ? "duplicate" + (verdict.mirrored() ? ", mirrored" : "")
                        : "undecided: " + verdict.reason();
        String numbers =
                String.format(
                        Locale.ROOT,
                        "%s, similarity %.3f, %d inliers of %d matches, agreement %.3f, same shade"
                                + " %.2f, error %.2f pixels",
                        verdict.stage(),
                        verdict.similarity(),
                        evidence.inliers(),
                        evidence.matches(),
                        evidence.agreement(),
                        evidence.shade(),
                        evidence.error());
        int shift = SIDE + GAP;
        Thumbnail left;
        Thumbnail right;
        try {
            left = Thumbnail.of(read(result.pool(), verdict.poolImage()));
            right = Thumbnail.of(read(result.reference(), verdict.referenceImage()));
        } catch (IOException e) {
            // What was found out stands without the picture.
            return new Drawing(
                    2 * SIDE + GAP,
                    GAP,
                    pair.poolImage() + " beside " + pair.referenceImage(),
                    Figure.line((verdict.removed() ? "removed: " : "kept: ") + found),
                    Figure.line(pair.poolImage()),
                    Figure.line(pair.referenceImage()),
                    Figure.line(numbers),
                    Figure.line("not shown: " + e.getMessage()));
        }
        Drawing drawing =
                new Drawing(
                        2 * SIDE + GAP,
                        Math.max(left.height, right.height),
                        pair.poolImage() + " beside " + pair.referenceImage(),
                        verdict.removed()
                                ? Figure.wrong("removed: " + found)
                                : Figure.line("kept: " + found),
                        Figure.line(pair.poolImage()),
                        Figure.line(pair.referenceImage()),
                        Figure.line(numbers));
        drawing.addJpeg(left.jpeg, 0, 0, left.width, left.height);
        drawing.addJpeg(right.jpeg, shift, 0, right.width, right.height);
        for (Evidence.Point point : evidence.points()) {
            drawing.addLine(
                    point.poolX() * left.scale,
                    point.poolY() * left.scale,
                    shift + point.referenceX() * right.scale,
                    point.referenceY() * right.scale);
        }
        return drawing;
    }

    private Pixels read(ImageList list, ImageEntry entry) throws IOException {
        return decoder.decode(ImageFile.read(list.resolve(entry)));
    }

    private void addUnreadable(HtmlReport.Builder page) {
        List<List<String>> rows = new ArrayList<>();
        certificate
                .pool()
                .unreadable()
                .forEach(u -> rows.add(List.of(u.image(), "pool", u.reason())));
        if (!result.isWithin()) {
            certificate
                    .reference()
                    .unreadable()
                    .forEach(u -> rows.add(List.of(u.image(), "reference", u.reason())));
        }
        if (!rows.isEmpty()) {
            page.addTable("Images that could not be read", List.of("image", "set", "reason"), rows);
        }
    }

    /** A picture as the page shows it. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Thumbnail(byte[] jpeg, int width, int height, double scale) {

        static Thumbnail of(Pixels image) {
            Pixels small = Thumbnails.shrink(image, SIDE);
            // Small images are enlarged by the browser.
            double scale = (double) SIDE / Math.max(image.width(), image.height());
            try (Mats mats = new Mats()) {
                Mat rgb = mats.add(new Mat(small.height(), small.width(), CvType.CV_8UC3));
                rgb.put(0, 0, small.rgb());
                Mat bgr = mats.create();
                Imgproc.cvtColor(rgb, bgr, Imgproc.COLOR_RGB2BGR);
                MatOfByte bytes = mats.add(new MatOfByte());
                MatOfInt quality = mats.add(new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, QUALITY));
                Imgcodecs.imencode(".jpg", bgr, bytes, quality);
                return new Thumbnail(
                        bytes.toArray(),
                        Math.max(1, (int) Math.round(image.width() * scale)),
                        Math.max(1, (int) Math.round(image.height() * scale)),
                        scale);
            }
        }
    }
}
