package io.ssld.selection.duplicates;

import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code certificate.json} holds. No times and no places: equal inputs give equal files.
 *
 * @param compared {@code against} or {@code within}
 * @param versions of the program and what it computes with
 * @param settings how duplicates were looked for
 * @param pool the images that were looked at
 * @param reference what they were compared with
 * @param kept how many stay
 * @param removed how many do not
 * @param undecided about how many nothing could be proved, kept or not
 * @param pairsVerified how many pairs were verified by features
 * @param removedByStage how many each stage removed
 * @param licences how many kept images have each licence; empty if origins were not given
 * @param pairs every pair with a verdict, in the pool's order
 */
record Certificate(
        String compared,
        Map<String, String> versions,
        DuplicateSettings settings,
        ImageSet pool,
        ImageSet reference,
        int kept,
        int removed,
        int undecided,
        long pairsVerified,
        Map<String, Long> removedByStage,
        Map<String, Long> licences,
        List<Pair> pairs) {

    /**
     * A list of images.
     *
     * @param images how many
     * @param listDigest SHA-256 of paths and labels, in order
     * @param contentDigest SHA-256 of the files' SHA-256s, sorted
     * @param unreadable images that could not be read, with the reason
     */
    record ImageSet(
            int images, String listDigest, String contentDigest, List<Unreadable> unreadable) {

        static ImageSet of(ImageList list, String content, List<QuarantinedImage> faults) {
            return new ImageSet(
                    list.size(),
                    list.digest(),
                    content,
                    faults.stream()
                            .map(
                                    fault ->
                                            new Unreadable(
                                                    fault.path()
                                                            .toString()
                                                            .replace(File.separatorChar, '/'),
                                                    fault.reason()))
                            .toList());
        }
    }

    /** An image that could not be read. */
    record Unreadable(String image, String reason) {}

    /** A pair of images. */
    record Pair(
            String poolImage,
            String referenceImage,
            Stage stage,
            Verdict verdict,
            boolean removed,
            String reason,
            double similarity,
            boolean mirrored,
            int features,
            int matches,
            int inliers,
            double agreement,
            double shade,
            double reprojectionError,
            List<Double> transform,
            String licence,
            String origin) {

        static Pair of(PairVerdict verdict, Origins origins) {
            Evidence evidence = verdict.evidence();
            Origins.Origin origin = origins.of(verdict.poolImage());
            return new Pair(
                    Origins.text(verdict.poolImage()),
                    Origins.text(verdict.referenceImage()),
                    verdict.stage(),
                    verdict.verdict(),
                    verdict.removed(),
                    verdict.reason(),
                    rounded(verdict.similarity(), 1e4),
                    verdict.mirrored(),
                    evidence.features(),
                    evidence.matches(),
                    evidence.inliers(),
                    rounded(evidence.agreement(), 1e4),
                    rounded(evidence.shade(), 1e4),
                    rounded(evidence.error(), 1e4),
                    evidence.transform().stream().map(x -> rounded(x, 1e7)).toList(),
                    origin.licence(),
                    origin.origin());
        }

        /** Digits that mean something. */
        private static double rounded(double value, double scale) {
            return Math.round(value * scale) / scale;
        }
    }

    static Certificate of(DuplicateResult result, Origins origins) {
        Map<String, Long> stages = new TreeMap<>();
        result.removed().forEach(v -> stages.merge(v.stage().name(), 1L, Long::sum));
        Map<String, Long> licences = new TreeMap<>();
        if (!origins.isEmpty()) {
            result.kept()
                    .entries()
                    .forEach(e -> licences.merge(origins.of(e).licence(), 1L, Long::sum));
        }
        String version = Certificate.class.getPackage().getImplementationVersion();
        return new Certificate(
                result.isWithin() ? "within" : "against",
                Map.of(
                        "ssld",
                        version == null ? "development" : version,
                        "opencv",
                        OpenCv.version(),
                        "rules",
                        PairVerifier.RULES),
                result.settings(),
                ImageSet.of(result.pool(), result.poolContent(), result.poolQuarantine()),
                ImageSet.of(
                        result.reference(),
                        result.referenceContent(),
                        result.referenceQuarantine()),
                result.kept().size(),
                result.removed().size(),
                result.undecided().size(),
                result.pairs(),
                stages,
                licences,
                result.verdicts().stream().map(v -> Pair.of(v, origins)).toList());
    }
}
