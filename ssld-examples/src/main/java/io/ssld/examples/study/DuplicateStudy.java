package io.ssld.examples.study;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.PairVerdict;
import io.ssld.selection.duplicates.Stage;
import io.ssld.selection.duplicates.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * How many transformed copies of photographs the finder finds, and how many photographs it takes
 * for copies wrongly.
 *
 * <p>The photographs are sorted by name and split in two: those at even places for tuning, those at
 * odd places for the figures of docs/selection.md. The last ones of a half are the unrelated
 * photographs, of which none is a copy; the others are the reference. The pool is eight kinds of
 * copies of some of the reference, and the unrelated photographs. So nothing of one half is ever
 * compared with the other.
 *
 * <p>Arguments: folder of photographs, half ({@code tune} or {@code report}), number of originals,
 * number of unrelated photographs, work folder, and, if wanted, a short side in pixels to shrink
 * all photographs to. The copies that were missed are listed in {@code missed.txt} of the work
 * folder.
 */
public final class DuplicateStudy {

    /**
     * Thresholds of the agreement to report on: the default, with which the search runs, and more.
     */
    private static final List<Double> AGREEMENTS = List.of(0.6, 0.65, 0.7, 0.75, 0.8);

    private DuplicateStudy() {}

    /**
     * Runs the study and prints a table.
     *
     * @param args see above
     * @throws IOException if files cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        nu.pattern.OpenCV.loadLocally();
        boolean tune = args[1].equals("tune");
        int originals = Integer.parseInt(args[2]);
        Path work = Files.createDirectories(Path.of(args[4]));
        int side = args.length > 5 ? Integer.parseInt(args[5]) : 0;
        List<Path> all = photographs(Path.of(args[0]));
        List<Path> half = half(all, tune ? 0 : 1);
        int split = half.size() - Integer.parseInt(args[3]);
        List<Path> reference = half.subList(0, split);
        List<Path> unrelated = half.subList(split, half.size());
        if (side > 0) {
            reference = shrunk(reference, side, work.resolve("reference"));
            unrelated = shrunk(unrelated, side, work.resolve("unrelated"));
        }
        Map<Path, Path> originalOf = new HashMap<>();
        List<ImageEntry> pool = new ArrayList<>();
        for (CopyKind kind : CopyKind.values()) {
            Random random = new Random(7);
            for (int i = 0; i < originals; i++) {
                Path original = reference.get((int) ((long) i * reference.size() / originals));
                Path copy = work.resolve(kind.name() + "-" + i + ".png").toAbsolutePath();
                Mat image = Imgcodecs.imread(original.toString());
                Mat made = kind.of(image, random);
                Imgcodecs.imwrite(copy.toString(), made);
                made.release();
                image.release();
                originalOf.put(copy, original);
                pool.add(ImageEntry.unlabelled(copy));
            }
        }
        unrelated.forEach(path -> pool.add(ImageEntry.unlabelled(path)));
        ImageList referenceList =
                new ImageList(work, reference.stream().map(ImageEntry::unlabelled).toList());
        long start = System.nanoTime();
        DuplicateResult result =
                NearDuplicateFinder.against(referenceList).build().find(new ImageList(work, pool));
        System.out.printf(
                Locale.ROOT,
                "%d images against %d, %d pairs verified, %.0f s, %.0f s of CPU%n",
                pool.size(),
                reference.size(),
                result.pairs(),
                (System.nanoTime() - start) / 1e9,
                ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis()
                        / 1e3);
        writeMissed(result, originalOf, work.resolve("missed.txt"));
        for (double agreement : AGREEMENTS) {
            print(result, agreement, originalOf, originals, unrelated.size());
        }
    }

    /** Which copies were not found, to be compared with another version's. */
    private static void writeMissed(DuplicateResult result, Map<Path, Path> originalOf, Path file)
            throws IOException {
        Map<Path, Path> missed = new TreeMap<>(originalOf);
        result.verdicts().stream()
                .filter(PairVerdict::removed)
                .forEach(verdict -> missed.remove(verdict.poolImage().path()));
        Files.write(
                file,
                missed.entrySet().stream()
                        .map(e -> e.getKey().getFileName() + " of " + e.getValue().getFileName())
                        .toList());
    }

    private static boolean isRemoved(PairVerdict verdict, double agreement) {
        return verdict.removed()
                && (verdict.stage() != Stage.SIFT || verdict.evidence().agreement() >= agreement);
    }

    private static void print(
            DuplicateResult result,
            double agreement,
            Map<Path, Path> originalOf,
            int originals,
            int unrelated) {
        System.out.printf(Locale.ROOT, "%nagreement of at least %.2f%n", agreement);
        Map<CopyKind, Integer> found = new EnumMap<>(CopyKind.class);
        Map<CopyKind, Integer> named = new EnumMap<>(CopyKind.class);
        Map<CopyKind, Integer> undecided = new EnumMap<>(CopyKind.class);
        List<PairVerdict> wrong = new ArrayList<>();
        for (PairVerdict verdict : result.verdicts()) {
            Path image = verdict.poolImage().path();
            Path original = originalOf.get(image);
            boolean removed = isRemoved(verdict, agreement);
            if (original == null) {
                if (removed) {
                    wrong.add(verdict);
                }
                continue;
            }
            String name = image.getFileName().toString();
            CopyKind kind = CopyKind.valueOf(name.substring(0, name.indexOf('-')));
            undecided.merge(kind, verdict.verdict() == Verdict.UNDECIDED ? 1 : 0, Integer::sum);
            if (removed) {
                found.merge(kind, 1, Integer::sum);
                named.merge(
                        kind,
                        verdict.referenceImage().path().equals(original) ? 1 : 0,
                        Integer::sum);
            }
        }
        for (CopyKind kind : CopyKind.values()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-34s recall %.3f  (%.3f with the original named; %d undecided)%n",
                    kind,
                    found.getOrDefault(kind, 0) / (double) originals,
                    named.getOrDefault(kind, 0) / (double) originals,
                    undecided.getOrDefault(kind, 0));
        }
        System.out.printf(
                Locale.ROOT,
                "all kinds: recall %.4f of %d copies; unrelated photographs removed: %d of %d%n",
                found.values().stream().mapToInt(n -> n).sum() / (double) originalOf.size(),
                originalOf.size(),
                wrong.size(),
                unrelated);
        for (PairVerdict verdict : wrong) {
            System.out.printf(
                    Locale.ROOT,
                    "  %s %s: %s, %d inliers, agreement %.3f, shade %.2f, similarity %.3f%n",
                    verdict.poolImage().path(),
                    verdict.referenceImage().path(),
                    verdict.stage(),
                    verdict.evidence().inliers(),
                    verdict.evidence().agreement(),
                    verdict.evidence().shade(),
                    verdict.similarity());
        }
    }

    private static List<Path> photographs(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> path.toString().endsWith(".jpg"))
                    .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .map(Path::toAbsolutePath)
                    .toList();
        }
    }

    private static List<Path> half(List<Path> all, int which) {
        return IntStream.range(0, all.size())
                .filter(i -> i % 2 == which)
                .mapToObj(all::get)
                .toList();
    }

    private static List<Path> shrunk(List<Path> photographs, int side, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        List<Path> small = new ArrayList<>();
        for (Path path : photographs) {
            Mat image = Imgcodecs.imread(path.toString());
            double factor = (double) side / Math.min(image.cols(), image.rows());
            Mat out = new Mat();
            Size size =
                    new Size(Math.round(image.cols() * factor), Math.round(image.rows() * factor));
            Imgproc.resize(image, out, size, 0, 0, Imgproc.INTER_AREA);
            Path file = folder.resolve(path.getFileName() + ".png").toAbsolutePath();
            Imgcodecs.imwrite(file.toString(), out);
            image.release();
            out.release();
            small.add(file);
        }
        return small;
    }
}
