package io.ssld.examples.bench;

import io.ssld.base.internal.CounterRandom;
import io.ssld.selection.ClassScore;
import io.ssld.selection.LabelFacts;
import io.ssld.selection.SoftLabel;
import io.ssld.selection.SoftLabelTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Writes a table of soft labels made up, to measure {@code ssld select topk} with:
 *
 * <pre>
 * java ... io.ssld.examples.bench.SyntheticLabels OUT ROWS [CLASSES [TOP]]
 * </pre>
 *
 * <p>Row number i is a function of i: digest and classes are uniform, the likeliest class has a
 * probability uniform in 0.5 to 1, each further one a random part of what is left.
 */
public final class SyntheticLabels {

    private SyntheticLabels() {}

    /**
     * Writes the table.
     *
     * @param args the file, the number of rows, of classes (default 1,000) and of classes a row
     *     (default 5)
     * @throws IOException if it cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException("arguments must be OUT ROWS [CLASSES [TOP]]");
        }
        long rows = Long.parseLong(args[1]);
        int classes = args.length > 2 ? Integer.parseInt(args[2]) : 1000;
        int top = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        long start = System.nanoTime();
        Iterator<SoftLabel> labels =
                LongStream.range(0, rows).mapToObj(i -> label(i, classes, top)).iterator();
        SoftLabelTable.write(
                Path.of(args[0]), new LabelFacts(classes, top, "synthetic", "", "none"), labels);
        System.out.printf(
                java.util.Locale.ROOT,
                "%d rows in %.1f s%n",
                rows,
                (System.nanoTime() - start) / 1e9);
    }

    private static SoftLabel label(long number, int classes, int top) {
        CounterRandom random = CounterRandom.of(number);
        long digest = random.nextLong();
        ClassScore[] scores = new ClassScore[top];
        double left = 1;
        for (int i = 0; i < top; i++) {
            // 7 is prime to any number of classes that is no multiple of it: no class comes twice.
            int step = classes % 7 == 0 ? 1 : 7;
            int first = (int) Math.floorMod(digest, (long) classes);
            double probability = left * random.nextDouble(0.5, 1);
            scores[i] = new ClassScore((first + i * step) % classes, rounded(probability));
            left -= probability;
        }
        Arrays.sort(
                scores,
                (a, b) ->
                        a.probability() != b.probability()
                                ? Float.compare(b.probability(), a.probability())
                                : Integer.compare(a.classNumber(), b.classNumber()));
        return new SoftLabel(
                digest,
                String.format(Locale.ROOT, "pool/%08x/%d.jpg", number >> 12, number),
                Arrays.asList(scores));
    }

    /** As a table would read: otherwise rounding could make equal what is in another order. */
    private static float rounded(double probability) {
        return Math.round(probability * 1e6) / 1e6f;
    }
}
