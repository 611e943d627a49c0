package io.ssld.examples.quickstart;

import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import io.ssld.selection.KeptImages;
import io.ssld.selection.SoftLabeler;
import io.ssld.selection.TopKPerClass;
import io.ssld.selection.TrainingList;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.PairVerdict;
import io.ssld.selection.duplicates.SelectionReport;
import io.ssld.selection.duplicates.UndecidedPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Mines the quickstart's pool, into which copies of test images and foreign images were planted:
 * removes what is a copy of a test image, labels the rest, keeps of each class what the teacher is
 * sure of, and merges it with the labelled images.
 */
final class Mining {

    /** As many as the pool has of each class. */
    private static final int K = EmbeddedData.POOL_PER_CLASS;

    private static final double MINIMUM_SCORE = 0.5;

    /**
     * Images of 28 pixels are too small for SIFT and clothes are much alike: of whole images only
     * the most similar one is laid over each, and what proves nothing stays. Removing by similarity
     * alone took away 750 of 4,000 images that are no copies.
     */
    private static final double MINIMUM_SIMILARITY = 0.97;

    private final Path folder;
    private final Teacher teacher;

    Mining(Path folder, Teacher teacher) {
        this.folder = folder;
        this.teacher = teacher;
    }

    /** The training list and what became of the planted images. */
    record Outcome(ImageList training, Results.Mining numbers) {}

    Outcome mine(EmbeddedData.Lists data, PlantedPool.Planted planted)
            throws IOException, TranslateException {
        DuplicateResult duplicates =
                NearDuplicateFinder.against(data.test())
                        .optWindows(false)
                        .optCandidates(1)
                        .optMinSimilarity(MINIMUM_SIMILARITY)
                        .optUndecided(UndecidedPolicy.KEEP)
                        .build()
                        .find(planted.pool());
        SelectionReport.builder().setResult(duplicates).build().writeTo(folder.resolve("dedup"));
        Path table = folder.resolve("labels.tsv");
        SoftLabeler.builder()
                .addTeacher(teacher)
                .setSize(Quickstart.SIZE)
                .optShortSide(Quickstart.SIZE)
                .optNormalization(Quickstart.NORMALIZATION)
                .build()
                .label(duplicates.kept(), table);
        Path list = folder.resolve("mined.txt");
        try (KeptImages kept =
                TopKPerClass.builder()
                        .setK(K)
                        .optMinimumScore(MINIMUM_SCORE)
                        .build()
                        .select(List.of(table))) {
            kept.writeList(list);
        }
        ImageList mined = ImageList.read(list, data.pool().root());
        TrainingList.Merged merged =
                TrainingList.builder()
                        .setLabelled(data.labelled().unlabelled())
                        .addMined(mined)
                        .optValidation(data.test())
                        .build()
                        .merge();
        merged.images().write(folder.resolve("train.txt"));
        return new Outcome(merged.images(), numbers(planted, duplicates, mined, merged));
    }

    private static Results.Mining numbers(
            PlantedPool.Planted planted,
            DuplicateResult duplicates,
            ImageList mined,
            TrainingList.Merged merged) {
        Set<Path> copies = paths(planted.copies());
        Set<Path> foreign = paths(planted.foreign());
        List<Path> removed =
                duplicates.removed().stream()
                        .map(PairVerdict::poolImage)
                        .map(ImageEntry::path)
                        .toList();
        List<Path> taken = mined.entries().stream().map(ImageEntry::path).toList();
        return new Results.Mining(
                planted.pool().size(),
                copies.size(),
                count(removed, copies),
                count(taken, copies),
                removed.size() - count(removed, copies),
                foreign.size(),
                foreign.size() - count(taken, foreign),
                merged.mined());
    }

    private static Set<Path> paths(List<ImageEntry> entries) {
        return entries.stream()
                .map(ImageEntry::path)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static int count(List<Path> among, Set<Path> planted) {
        return (int) among.stream().filter(planted::contains).count();
    }
}
