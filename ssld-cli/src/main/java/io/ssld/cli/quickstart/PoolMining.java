package io.ssld.cli.quickstart;

import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import io.ssld.images.internal.Pixels;
import io.ssld.selection.KeptImages;
import io.ssld.selection.SoftLabeler;
import io.ssld.selection.TopKPerClass;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.SelectionReport;
import io.ssld.selection.duplicates.UndecidedPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * Plants images in the pool that do not belong there, and mines it as any pool should be: copies of
 * test images are left out, then what the teacher is not sure of, then what is like no labelled
 * image. The last is needed, since teachers are sure of many things they have never seen.
 */
final class PoolMining {

    /** The teacher's probability of its first class from which an image stays. */
    static final double MINIMUM_SCORE = 0.5;

    /** Likeness to a test image from which an image is its copy. */
    static final double COPY = 0.994;

    /** Likeness to the nearest labelled image that an image must have; a few bags have less. */
    static final double RELATED = 0.5;

    private final Path folder;
    private final EmbeddedData.Lists data;

    /**
     * Prepares the mining.
     *
     * @param folder where its files go
     * @param data the lists, whose root the planted images go below
     */
    PoolMining(Path folder, EmbeddedData.Lists data) {
        this.folder = folder;
        this.data = data;
    }

    /** The pool after mining, and what mining did. */
    record Mined(ImageList pool, Mining summary) {}

    Mined run(Teacher teacher) throws IOException, TranslateException {
        long start = System.nanoTime();
        Map<Path, PlantedKind> planted = PlantedImages.plant(data.pool().root(), data.test());
        ImageList pool = data.pool().merge(PlantedImages.list(data.pool().root(), planted));
        ImageList different =
                filter(withoutExactCopies(pool), data.test(), likeness -> likeness < COPY);
        ImageList sure = sure(different, teacher);
        ImageList kept = filter(sure, data.labelled(), likeness -> likeness >= RELATED);
        double seconds = (System.nanoTime() - start) / 1e9;
        Mining summary =
                new Mining(
                        data.pool().size(),
                        kept.size(),
                        rows(planted, different, sure, kept),
                        data.pool().size() - count(different, planted, null),
                        count(different, planted, null) - count(sure, planted, null),
                        count(sure, planted, null) - count(kept, planted, null),
                        MINIMUM_SCORE,
                        Math.round(seconds * 100) / 100.0);
        return new Mined(kept, summary);
    }

    /** Equal files and pixels, with the certificate; SIFT sees nothing in 28 x 28 pixels. */
    private ImageList withoutExactCopies(ImageList pool) throws IOException {
        DuplicateResult result =
                NearDuplicateFinder.against(data.test())
                        .optDescriptor("sixteen rows", PoolMining::rowsOfLight)
                        .optWindows(false)
                        .optCandidates(1)
                        .optMinSimilarity(1)
                        .optUndecided(UndecidedPolicy.KEEP)
                        .build()
                        .find(pool);
        SelectionReport.builder().setResult(result).build().writeTo(folder.resolve("dedup"));
        return result.kept();
    }

    /** Almost nothing, since candidates are of no use here: the light of sixteen stripes, and 1. */
    private static float[][] rowsOfLight(List<Pixels> images) {
        float[][] rows = new float[images.size()][17];
        for (int i = 0; i < rows.length; i++) {
            Pixels image = images.get(i);
            byte[] rgb = image.rgb();
            for (int at = 0; at < rgb.length; at++) {
                rows[i][(int) (16L * at / rgb.length)] += (rgb[at] & 0xff) / 255f;
            }
            rows[i][16] = 1;
        }
        return rows;
    }

    /** Those whose likeness to the nearest of a reference passes a test. */
    private static ImageList filter(ImageList images, ImageList reference, DoublePredicate passes)
            throws IOException {
        float[] likeness = PixelLikeness.highest(images, reference);
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 0; i < likeness.length; i++) {
            if (passes.test(likeness[i])) {
                entries.add(images.entries().get(i));
            }
        }
        return new ImageList(images.root(), entries);
    }

    private ImageList sure(ImageList pool, Teacher teacher) throws IOException, TranslateException {
        Path table = folder.resolve("labels.tsv");
        SoftLabeler.builder()
                .addTeacher(teacher)
                .setSize(Quickstart.SIZE)
                .optShortSide(Quickstart.SIZE)
                .optNormalization(Quickstart.NORMALIZATION)
                .optTopK(1)
                .build()
                .label(pool, table);
        Path mined = folder.resolve("mined.txt");
        try (KeptImages kept =
                TopKPerClass.builder()
                        .setK(pool.size())
                        .optMinimumScore(MINIMUM_SCORE)
                        .build()
                        .select(List.of(table))) {
            kept.writeList(mined);
        }
        return ImageList.read(mined, pool.root());
    }

    private static List<Mining.Row> rows(
            Map<Path, PlantedKind> planted, ImageList different, ImageList sure, ImageList kept) {
        List<Mining.Row> rows = new ArrayList<>();
        for (PlantedKind kind : PlantedKind.values()) {
            int afterCopies = count(different, planted, kind);
            int afterTeacher = count(sure, planted, kind);
            int left = count(kept, planted, kind);
            rows.add(
                    new Mining.Row(
                            kind.label(),
                            kind.count(),
                            kind.count() - afterCopies,
                            afterCopies - afterTeacher,
                            afterTeacher - left,
                            left));
        }
        return rows;
    }

    /** How many images of a list are planted ones of a kind, or not planted for null. */
    private static int count(
            ImageList list, Map<Path, PlantedKind> planted, @Nullable PlantedKind kind) {
        return (int)
                list.entries().stream().filter(entry -> planted.get(entry.path()) == kind).count();
    }
}
