package io.ssld.selection.duplicates;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.Json;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.QuarantinedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The files a search for duplicates leaves: the contamination certificate and the lists.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><th>file</th><th>holds</th></tr>
 * <tr><td>{@code kept.txt}</td><td>the images that stay, paths relative to the pool's root</td></tr>
 * <tr><td>{@code removed.csv}</td><td>{@code pool_image, reference_image, stage, verdict, inliers,
 * mirrored, similarity}</td></tr>
 * <tr><td>{@code quarantine.csv}</td><td>{@code set, image, reason} of images that could not be
 * read</td></tr>
 * <tr><td>{@code certificate.json}</td><td>settings, versions, digests of both sets, every verdict
 * with its evidence</td></tr>
 * <tr><td>{@code report.html}</td><td>the same to look at, pairs side by side</td></tr>
 * </table>
 *
 * <p>Nothing in them depends on when, where or how fast the search ran: equal inputs give equal
 * bytes. Each file is there whole or not at all.
 */
public final class SelectionReport {

    private static final String KEPT = "kept.txt";
    private static final String REMOVED = "removed.csv";
    private static final String QUARANTINE = "quarantine.csv";
    private static final String PAGE = "report.html";
    private static final String CERTIFICATE = "certificate.json";

    private static final List<String> FILES = List.of(KEPT, REMOVED, QUARANTINE, PAGE, CERTIFICATE);

    private final DuplicateResult result;
    private final int figures;
    private final Certificate certificate;

    private SelectionReport(DuplicateResult result, Origins origins, int figures) {
        this.result = result;
        this.figures = figures;
        this.certificate = Certificate.of(result, origins);
    }

    /**
     * Starts a report.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the certificate.
     *
     * @return the content of {@code certificate.json}
     */
    public String toJson() {
        return Json.toString(certificate);
    }

    /**
     * Writes the files, the certificate last. The paths of {@code kept.txt} start from the folder
     * that it is in, or are absolute; those of the other files are as the lists wrote them.
     *
     * @param folder where to; made if missing
     * @throws IOException if one of the files is there already, which is then as it was, a file
     *     cannot be written, or an image to be shown cannot be read
     */
    public void writeTo(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        FolderLock.makeFolder("folder of a selection report", folder);
        for (String name : FILES) {
            if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(
                        ("folder of a selection report must hold none yet, but %s exists; "
                                        + "choose another one or delete it")
                                .formatted(folder.resolve(name)));
            }
        }
        // A list is read with its own folder as the root.
        result.kept().on(folder).write(folder.resolve(KEPT));
        AtomicFiles.writeString(folder.resolve(REMOVED), removed());
        AtomicFiles.writeString(folder.resolve(QUARANTINE), quarantine());
        new SelectionPage(result, certificate, figures).toHtml().writeTo(folder.resolve(PAGE));
        Json.write(folder.resolve(CERTIFICATE), certificate);
    }

    private String removed() {
        StringBuilder csv =
                new StringBuilder(
                        Csv.line(
                                "pool_image",
                                "reference_image",
                                "stage",
                                "verdict",
                                "inliers",
                                "mirrored",
                                "similarity"));
        for (PairVerdict verdict : result.removed()) {
            csv.append(
                    Csv.line(
                            Origins.text(verdict.poolImage()),
                            Origins.text(verdict.referenceImage()),
                            verdict.stage(),
                            verdict.verdict(),
                            verdict.evidence().inliers(),
                            verdict.mirrored(),
                            String.format(Locale.ROOT, "%.4f", verdict.similarity())));
        }
        return csv.toString();
    }

    private String quarantine() {
        StringBuilder csv = new StringBuilder(Csv.line("set", "image", "reason"));
        append(csv, "pool", result.poolQuarantine());
        append(csv, "reference", result.referenceQuarantine());
        return csv.toString();
    }

    private static void append(StringBuilder csv, String set, List<QuarantinedImage> faults) {
        for (QuarantinedImage fault : faults) {
            csv.append(Csv.line(set, fault.path().toString(), fault.reason()));
        }
    }

    /** Collects what goes into a report. */
    public static final class Builder {

        private final Setting<DuplicateResult> result = new Setting<>("result");
        private final Setting<Origins> origins = new Setting<>("origins");
        private final Setting<Boolean> required = new Setting<>("originsRequired");
        private final Setting<Integer> figures = new Setting<>("figures");

        private Builder() {}

        /**
         * Sets what was found.
         *
         * @param found the result of a search
         * @return this builder
         */
        public Builder setResult(DuplicateResult found) {
            result.set(found);
            return this;
        }

        /**
         * Sets where the pool's images come from. Default: not known.
         *
         * @param known licences and origins
         * @return this builder
         */
        public Builder optOrigins(Origins known) {
            origins.set(known);
            return this;
        }

        /**
         * Sets whether every image that stays must have a licence and an origin. Default: false.
         *
         * @param must whether {@link #build()} fails otherwise
         * @return this builder
         */
        public Builder optOriginsRequired(boolean must) {
            required.set(must);
            return this;
        }

        /**
         * Sets how many pairs the page shows at most, those with the weakest evidence first.
         * Default: 100.
         *
         * @param count how many, 0 or more
         * @return this builder
         */
        public Builder optFigures(int count) {
            figures.set(Ranges.atLeast("figures", count, 0));
            return this;
        }

        /**
         * Builds the report.
         *
         * @return the report
         * @throws IllegalStateException if there is no result, or origins are required and missing;
         *     the message names the first image
         */
        public SelectionReport build() {
            DuplicateResult found = result.required();
            Origins known = origins.or(Origins.NONE);
            if (required.or(false)) {
                ImageEntry lacking = known.firstIncomplete(found.kept().entries());
                if (lacking != null) {
                    throw new IllegalStateException(
                            "origins must have licence and origin of every image kept, but lack"
                                    + " those of "
                                    + Origins.text(lacking)
                                    + "; complete the CSV file beside the list");
                }
            }
            return new SelectionReport(found, known, figures.or(100));
        }
    }
}
