package io.ssld.cli.select;

import ai.djl.translate.TranslateException;
import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.Json;
import io.ssld.cli.common.LabelBar;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.Progress;
import io.ssld.core.data.ImageList;
import io.ssld.selection.KeptImages;
import io.ssld.selection.LabelResult;
import io.ssld.selection.MinedLabel;
import io.ssld.selection.SoftLabeler;
import io.ssld.selection.TopKPerClass;
import io.ssld.selection.TrainingList;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.SelectionReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The steps of mining in one folder. A step's numbers are in {@code step-NAME.json}, written when
 * all its files are; a step that has them is not done again. Held by one process.
 */
public final class MiningRun implements AutoCloseable {

    static final String TRAIN = "train.txt";

    private static final String LABELS = "labels.tsv";
    private static final String MINED = "mined.txt";
    private static final String SUMMARY = "summary.json";

    private final Path folder;
    private final FolderLock lock;

    private MiningRun(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** What {@link #dedup} found. */
    record Dedup(int pool, int kept, int removed, int undecided, int unreadable) {}

    /** What {@link #within} found. */
    record Within(int kept, int copies, int undecided) {}

    /** What {@link #label} did. */
    record Labelled(long images, int quarantined) {}

    /** What {@link #select} kept. */
    record Mined(long images, List<Integer> counts) {}

    /** All of it, as {@code summary.json} holds it. */
    record Summary(
            int pool,
            int kept,
            int removed,
            int undecided,
            int unreadable,
            int copiesWithin,
            long labelled,
            int quarantined,
            long mined,
            List<Integer> minedPerClass,
            MergeAnswer merge) {}

    /**
     * Starts or continues a run.
     *
     * @param identity what the run depends on; a run with another is not continued
     */
    static MiningRun open(Path folder, List<Object> identity, boolean resume) throws IOException {
        FolderLock lock = FolderLock.acquire("--out", folder);
        try {
            Path old = folder.resolve(OutputKinds.MINING_OLD_IDENTITY);
            Path file = Files.exists(old) ? old : folder.resolve(OutputKinds.MINING_IDENTITY);
            if (Files.exists(file) && resume) {
                List<?> before = Json.read(file, List.class);
                if (!before.equals(identity)) {
                    throw new IOException(
                            "--resume must be of the run in %s, but that had other options or lists;"
                                            .formatted(folder)
                                    + " choose another folder or add --force instead");
                }
            } else if (FolderLock.holdsFiles(folder)) {
                throw new IOException(
                        "--out must be a new or empty folder, but "
                                + folder
                                + " holds files; choose another one, or add --resume or --force if"
                                + " it is an earlier run's");
            } else {
                Json.write(file, identity);
            }
            FolderKind.deleteUnmoved(folder);
            FolderKind.deleteUnmoved(folder.resolve("dedup"));
            FolderKind.deleteUnmoved(folder.resolve("within"));
            return new MiningRun(folder, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Leaves out of the pool what is a copy of a validation image. */
    void dedup(ImageList pool, ImageList validation, DescriptorOptions descriptor)
            throws IOException {
        if (isDone("dedup")) {
            return;
        }
        Files.deleteIfExists(step("within"));
        Path cache = folder.resolve("descriptors");
        DuplicateResult result =
                search(NearDuplicateFinder.against(validation), pool, descriptor, cache);
        // Written, but killed before that was noted down.
        OutputKinds.DUPLICATES.delete(folder.resolve("dedup"));
        SelectionReport.builder().setResult(result).build().writeTo(folder.resolve("dedup"));
        NearDuplicateFinder.deleteCache(cache);
        finish(
                "dedup",
                new Dedup(
                        pool.size(),
                        result.kept().size(),
                        result.removed().size(),
                        result.undecided().size(),
                        result.poolQuarantine().size()));
    }

    /** Of copies of one another leaves the first, or an image would be mined twice. */
    void within(Path home, DescriptorOptions descriptor) throws IOException {
        if (isDone("within")) {
            return;
        }
        ImageList kept = kept("dedup", home);
        Path cache = folder.resolve("descriptors");
        DuplicateResult result = search(NearDuplicateFinder.within(), kept, descriptor, cache);
        OutputKinds.DUPLICATES.delete(folder.resolve("within"));
        SelectionReport.builder().setResult(result).build().writeTo(folder.resolve("within"));
        NearDuplicateFinder.deleteCache(cache);
        finish(
                "within",
                new Within(
                        result.kept().size(), result.removed().size(), result.undecided().size()));
    }

    private ImageList kept(String step, Path home) throws IOException {
        Path report = folder.resolve(step);
        return ImageList.read(report.resolve("kept.txt"), report).on(home);
    }

    private static DuplicateResult search(
            NearDuplicateFinder.Builder finder,
            ImageList pool,
            DescriptorOptions descriptor,
            Path cache)
            throws IOException {
        try (DescriptorOptions.Opened described = descriptor.open();
                SelectProgress progress = progress()) {
            return described
                    .applyTo(finder)
                    .optCache(cache)
                    .optProgress((task, done, all) -> progress.update(task, done, all))
                    .build()
                    .find(pool);
        }
    }

    private static SelectProgress progress() {
        return new SelectProgress(Progress.onTerminal());
    }

    /** Labels what is left. */
    void label(Path home, TeacherOptions teacher) throws IOException, TranslateException {
        if (isDone("label")) {
            return;
        }
        ImageList kept = kept("within", home);
        Path table = folder.resolve(LABELS);
        // Written, but killed before that was noted down.
        Files.deleteIfExists(table);
        try (TeacherOptions.Opened opened = teacher.open();
                LabelBar bar = new LabelBar()) {
            SoftLabeler labeler = opened.labeler().addListener(bar).build();
            LabelResult result = labeler.label(kept, table);
            finish("label", new Labelled(result.images(), result.quarantined().size()));
        }
    }

    /** Selects of it. */
    void select(TopKPerClass selection) throws IOException {
        if (isDone("topk")) {
            return;
        }
        try (KeptImages kept = selection.select(List.of(folder.resolve(LABELS)))) {
            kept.writeList(folder.resolve(MINED));
            finish("topk", new Mined(kept.images(), Arrays.stream(kept.counts()).boxed().toList()));
        }
    }

    /** Merges it with the labelled images. */
    Summary merge(ImageList labelled, ImageList validation, Path home, MinedLabel label)
            throws IOException {
        Path file = folder.resolve(SUMMARY);
        if (Files.exists(file)) {
            return Json.read(file, Summary.class);
        }
        TrainingList.Merged merged =
                TrainingList.builder()
                        .setLabelled(labelled)
                        .addMined(ImageList.read(folder.resolve(MINED), home))
                        .optValidation(validation)
                        .optMinedLabel(label)
                        .build()
                        .merge();
        Path train = folder.resolve(TRAIN);
        merged.writeDropped(folder.resolve(TRAIN + ".dropped.csv"));
        merged.images().write(train);
        Dedup dedup = read("dedup", Dedup.class);
        Labelled labels = read("label", Labelled.class);
        Mined mined = read("topk", Mined.class);
        Summary summary =
                new Summary(
                        dedup.pool(),
                        dedup.kept(),
                        dedup.removed(),
                        dedup.undecided(),
                        dedup.unreadable(),
                        read("within", Within.class).copies(),
                        labels.images(),
                        labels.quarantined(),
                        mined.images(),
                        mined.counts(),
                        MergeAnswer.of(merged, Objects.requireNonNull(train.getFileName())));
        Json.write(file, summary);
        return summary;
    }

    private boolean isDone(String step) {
        return Files.exists(step(step));
    }

    private void finish(String step, Object numbers) throws IOException {
        Json.write(step(step), numbers);
    }

    private <T> T read(String step, Class<T> type) throws IOException {
        return Json.read(step(step), type);
    }

    private Path step(String name) {
        return folder.resolve("step-" + name + ".json");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
