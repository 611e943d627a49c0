package io.ssld.cli.common;

import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.Json;
import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folders that commands write: how each kind is known, and the files it consists of. */
public final class OutputKinds {

    /** What a mining run depends on. */
    public static final String MINING_IDENTITY = "mining.json";

    /** The same as earlier versions called it, which is the status of a training now. */
    public static final String MINING_OLD_IDENTITY = "run.json";

    private static final String ANY_DIGEST = "[0-9a-f]{12}";
    private static final String UNIQUE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final String WEIGHTS = "(student|student-raw|best)(-\\d+)?\\.(params|pt)";
    private static final String CHECKPOINT = "checkpoints/step-.*\\.safetensors";

    private static final String[] MODEL = {
        "model\\.(safetensors|pt)",
        "serving\\.properties",
        "synset\\.txt",
        "README\\.md",
        "provenance\\.json"
    };

    /** What a search for duplicates leaves. */
    private static final String[] REPORT = {
        "kept\\.txt", "removed\\.csv", "quarantine\\.csv", "certificate\\.json", "report\\.html"
    };

    private static final String[] RUN_FILES =
            all(
                    new String[] {
                        "\\.lock",
                        "run\\.json",
                        "metrics\\.csv",
                        "events\\.out\\.tfevents\\..*",
                        "report\\.html",
                        "recipe\\.yaml",
                        "quarantine\\.csv",
                        "provenance\\.json",
                        WEIGHTS,
                        CHECKPOINT,
                        // Left by a kill while the weights are written.
                        "\\.(student|student-raw|best)\\d+/" + WEIGHTS
                    },
                    below("model", MODEL),
                    below("\\.model\\." + UNIQUE + "\\.partial", MODEL),
                    below("\\.model\\." + UNIQUE + "\\.partial", "model\\.safetensors\\..*"));

    /** A training. */
    public static final FolderKind RUN =
            FolderKind.of("run", "run.json", "provenance.json", RunStatus::read, RUN_FILES)
                    .withProgress(CHECKPOINT);

    /** A fine-tuning: a training, or that of a teacher and that of its student. */
    public static final FolderKind FINE_TUNING =
            RUN.or(
                    FolderKind.of(
                                    "fine-tuning",
                                    "finetune.json",
                                    "student/provenance.json",
                                    folder -> requireKeys(folder.resolve("finetune.json"), "parts"),
                                    all(
                                            new String[] {"finetune\\.json"},
                                            below("(teacher|student)", RUN_FILES)))
                            .withProgress("(teacher|student)/" + CHECKPOINT));

    public static final FolderKind SEARCH =
            FolderKind.of(
                            "search",
                            "search.json",
                            "best.json",
                            folder ->
                                    requireKeys(
                                            folder.resolve("search.json"), "recipe", "candidates"),
                            all(
                                    new String[] {
                                        "search\\.json",
                                        "report\\.(json|html)",
                                        "best\\.json",
                                        "trials/" + ANY_DIGEST + "\\.json"
                                    },
                                    below("runs/" + ANY_DIGEST, RUN_FILES)))
                    .withProgress(
                            "trials/" + ANY_DIGEST + "\\.json",
                            "runs/" + ANY_DIGEST + "/" + CHECKPOINT);

    private static final String[] MINING_FILES =
            all(
                    new String[] {
                        "step-(dedup|within|label|topk)\\.json",
                        "descriptors(\\.verdicts)?",
                        "labels\\.tsv(\\.quarantine\\.csv)?",
                        "labels\\.tsv\\.parts/(\\.lock|run\\.txt|\\d{6}\\.part)",
                        "mined\\.txt",
                        "train\\.txt(\\.dropped\\.csv)?",
                        "summary\\.json"
                    },
                    below("dedup", REPORT),
                    below("within", REPORT));

    private static final String[] MINING_PROGRESS = {
        "step-dedup\\.json", "descriptors", "labels\\.tsv\\.parts/\\d{6}\\.part"
    };

    /** A mining run; earlier versions called its options as those of a training. */
    public static final FolderKind MINING =
            FolderKind.of(
                            "mining run",
                            MINING_IDENTITY,
                            "summary.json",
                            folder -> Json.read(folder.resolve(MINING_IDENTITY), List.class),
                            all(new String[] {"mining\\.json"}, MINING_FILES))
                    .withProgress(MINING_PROGRESS)
                    .or(
                            FolderKind.of(
                                            "mining run",
                                            MINING_OLD_IDENTITY,
                                            "summary.json",
                                            folder ->
                                                    Json.read(
                                                            folder.resolve(MINING_OLD_IDENTITY),
                                                            List.class),
                                            all(new String[] {"run\\.json"}, MINING_FILES))
                                    .withProgress(MINING_PROGRESS));

    public static final FolderKind EVALUATION =
            FolderKind.of(
                    "evaluation",
                    "results.json",
                    "results.json",
                    folder -> requireKeys(folder.resolve("results.json"), "confusion", "perClass"),
                    "results\\.json",
                    "report\\.html",
                    "confusion\\.png");

    public static final FolderKind DUPLICATES =
            FolderKind.of(
                    "search for duplicates",
                    "certificate.json",
                    "certificate.json",
                    folder ->
                            requireKeys(
                                    folder.resolve("certificate.json"),
                                    "compared",
                                    "pairsVerified"),
                    REPORT);

    public static final FolderKind QUICKSTART =
            FolderKind.of(
                    "quickstart",
                    "results.json",
                    "results.json",
                    folder -> requireKeys(folder.resolve("results.json"), "unit", "students"),
                    all(
                            new String[] {
                                "results\\.json",
                                "metrics\\.csv",
                                "provenance\\.json",
                                "report\\.html",
                                "data/(labelled|pool|test)\\.txt",
                                "data/images/(train|test|planted-[a-z_]+)-\\d+\\.(png|jpg)",
                                "mining/labels\\.tsv(\\.quarantine\\.csv)?",
                                "mining/labels\\.tsv\\.parts/(\\.lock|run\\.txt|\\d{6}\\.part)",
                                "mining/mined\\.txt",
                                "runs/[a-z+-]+-seed-?\\d+/student\\.safetensors(\\..*\\.partial)?"
                            },
                            below("mining/dedup", REPORT),
                            below("runs/[a-z+-]+-seed-?\\d+", RUN_FILES)));

    /** The quickstart's teacher, trained anew. */
    public static final FolderKind TEACHER =
            FolderKind.of(
                    "training of the quickstart's teacher",
                    "teacher.safetensors",
                    "teacher.safetensors",
                    folder -> RunStatus.read(folder.resolve("run")),
                    all(
                            new String[] {
                                "teacher\\.safetensors(\\..*\\.partial)?",
                                "data/(train|test)\\.txt",
                                "data/images/(train|test)-\\d+\\.png"
                            },
                            below("run", RUN_FILES)));

    private OutputKinds() {}

    private static void requireKeys(Path file, String... keys) throws IOException {
        Map<?, ?> found = Json.read(file, Map.class);
        if (!found.keySet().containsAll(List.of(keys))) {
            throw new IOException(
                    "%s must have %s, but has not".formatted(file, String.join(" and ", keys)));
        }
    }

    private static String[] below(String folder, String... files) {
        return Arrays.stream(files).map(file -> folder + "/" + file).toArray(String[]::new);
    }

    private static String[] all(String[]... parts) {
        return Arrays.stream(parts).flatMap(Stream::of).toArray(String[]::new);
    }
}
