package io.ssld.cli.select;

import io.ssld.base.internal.Json;
import io.ssld.base.internal.OutputFolder;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.Progress;
import io.ssld.cli.common.Usage;
import io.ssld.core.data.ImageList;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.MatchThresholds;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.Origins;
import io.ssld.selection.duplicates.SelectionReport;
import io.ssld.selection.duplicates.UndecidedPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What {@code select dedup} and {@code select within} have in common. */
final class DuplicateOptions {

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--pool",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The images to look at: a list (paths from its folder) or a folder.")
    private Path pool;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description =
                    "Where kept.txt, removed.csv, quarantine.csv, certificate.json and report.html"
                            + " go; new or empty.")
    private Path out;

    @Option(names = "--force", description = "Replace the folder of an earlier run.")
    private boolean force;

    @Option(
            names = "--cache",
            paramLabel = "FILE",
            description =
                    "Keep descriptors in FILE and verdicts in FILE.verdicts, for later runs."
                            + " Default: OUT.descriptors, deleted at the end.")
    private @Nullable Path cache;

    @Option(
            names = "--resume",
            description = "Go on with the descriptors and verdicts that a killed run left.")
    private boolean resume;

    @Option(
            names = "--undecided",
            paramLabel = "WHAT",
            description =
                    "Images about which nothing can be proved: KEEP, REMOVE or BY_SIMILARITY."
                            + " Default: BY_SIMILARITY, and KEEP where no similarity is known")
    private @Nullable UndecidedPolicy undecided;

    @Option(
            names = "--similarity",
            paramLabel = "X",
            description =
                    "Cosine of descriptors from which BY_SIMILARITY removes. Default: 0.98 for the"
                            + " descriptor built in; for another one none is known")
    private @Nullable Double similarity;

    @Mixin private DescriptorOptions descriptor;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            description = "Verify at most N pairs an image. Default: ${DEFAULT-VALUE}",
            defaultValue = "16")
    private int candidates;

    @Option(
            names = "--min-similarity",
            paramLabel = "X",
            description = "Cosine of descriptors of a candidate. Default: ${DEFAULT-VALUE}",
            defaultValue = "0.5")
    private double minSimilarity;

    @Option(
            names = "--inliers",
            paramLabel = "N",
            description = "Matches that must agree on one map. Default: 5")
    private @Nullable Integer inliers;

    @Option(
            names = "--agreement",
            paramLabel = "X",
            description = "How well the details must agree under it. Default: 0.6")
    private @Nullable Double agreement;

    @Option(
            names = "--no-windows",
            description = "Describe whole images only: a tenth of the memory, crops are missed.")
    private boolean noWindows;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads. Default: one a processor")
    private @Nullable Integer workers;

    @Option(
            names = "--memory",
            paramLabel = "MB",
            description = "Memory for vectors, beside the heap. Default: ${DEFAULT-VALUE}",
            defaultValue = "2048")
    private long memory;

    @Option(
            names = "--origins",
            paramLabel = "CSV",
            description =
                    "Columns image, licence, origin of the pool. Default: the list's name with"
                            + " .csv, if there is such a file")
    private @Nullable Path origins;

    @Option(
            names = "--require-origins",
            description = "Fail if an image that stays has no licence or no origin.")
    private boolean requireOrigins;

    @Option(
            names = "--figures",
            paramLabel = "N",
            description = "Pairs shown in the report. Default: ${DEFAULT-VALUE}",
            defaultValue = "100")
    private int figures;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print JSON; progress goes to stderr.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    DuplicateOptions() {}

    /** Searches and writes; the folder appears when it is whole. */
    int run(@Nullable Path against) throws IOException {
        Usage.notBoth(spec, resume, force);
        ImageList images = lists.read(pool, null);
        NearDuplicateFinder.Builder builder =
                against == null
                        ? NearDuplicateFinder.within()
                        : NearDuplicateFinder.against(lists.read(against, null));
        Path kept = cache == null ? out.resolveSibling(out.getFileName() + ".descriptors") : cache;
        configure(builder);
        try (OutputFolder folder = OutputFolder.open("--out", out, force, OutputKinds.DUPLICATES);
                DescriptorOptions.Opened described = descriptor.open();
                SelectProgress progress = new SelectProgress(Progress.onTerminal())) {
            if (cache == null && !resume) {
                NearDuplicateFinder.deleteCache(kept);
            }
            DuplicateResult result =
                    described
                            .applyTo(builder)
                            .optCache(kept)
                            .optProgress(progress::update)
                            .build()
                            .find(images);
            SelectionReport.builder()
                    .setResult(result)
                    .optOrigins(origins())
                    .optOriginsRequired(requireOrigins)
                    .optFigures(figures)
                    .build()
                    .writeTo(folder.path());
            Path place = folder.complete();
            if (cache == null) {
                NearDuplicateFinder.deleteCache(kept);
            }
            print(result, place);
        }
        return 0;
    }

    private void configure(NearDuplicateFinder.Builder builder) {
        MatchThresholds usual = MatchThresholds.DEFAULT;
        double known = descriptor.isBuiltIn() ? usual.similarity() : Double.NaN;
        try {
            if (undecided == UndecidedPolicy.BY_SIMILARITY
                    && similarity == null
                    && Double.isNaN(known)) {
                throw new IllegalArgumentException(
                        "--undecided must be KEEP or REMOVE beside this --descriptor, but was"
                                + " BY_SIMILARITY, and no similarity is known for it; add"
                                + " --similarity");
            }
            if (undecided != null) {
                builder.optUndecided(undecided);
            }
            builder.optCandidates(candidates)
                    .optMinSimilarity(minSimilarity)
                    .optWindows(!noWindows)
                    .optMemory(memory * 1_000_000)
                    .optThresholds(
                            new MatchThresholds(
                                    usual.features(),
                                    usual.side(),
                                    inliers == null ? usual.inliers() : inliers,
                                    agreement == null ? usual.agreement() : agreement,
                                    usual.shade(),
                                    usual.alignment(),
                                    similarity == null ? known : similarity));
            if (workers != null) {
                builder.optWorkers(workers);
            }
            if (figures < 0) {
                throw new IllegalArgumentException(
                        "figures must be at least 0, but was " + figures);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Origins origins() throws IOException {
        if (origins != null) {
            return Origins.read(origins);
        }
        String name = String.valueOf(pool.getFileName());
        int dot = name.lastIndexOf('.');
        Path beside = pool.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".csv");
        return Files.isRegularFile(beside) ? Origins.read(beside) : Origins.NONE;
    }

    private void print(DuplicateResult result, Path place) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("images", result.pool().size());
        facts.put("kept", result.kept().size());
        facts.put("removed", result.removed().size());
        facts.put("undecided", result.undecided().size());
        facts.put("unreadable", result.poolQuarantine().size());
        facts.put("unreadableReference", result.referenceQuarantine().size());
        facts.put("pairsVerified", result.pairs());
        facts.put("out", place);
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(facts));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "Kept %d of %d images: %d removed, %d undecided, %d unreadable; %d pairs"
                            + " verified%n",
                    result.kept().size(),
                    result.pool().size(),
                    result.removed().size(),
                    result.undecided().size(),
                    result.poolQuarantine().size(),
                    result.pairs());
            if (!result.referenceQuarantine().isEmpty()) {
                stdout.printf(
                        Locale.ROOT,
                        "Nothing was compared with %d reference images that cannot be read; see"
                                + " quarantine.csv%n",
                        result.referenceQuarantine().size());
            }
            stdout.printf("Report: %s%n", place.resolve("report.html"));
        }
        stdout.flush();
    }
}
