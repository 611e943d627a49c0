package io.ssld.core.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * How often each class was taken for each other one.
 *
 * @param counts row by row the true class, column by column the first choice
 */
public record ConfusionMatrix(List<List<Long>> counts) {

    /** Copies the counts. */
    public ConfusionMatrix {
        Objects.requireNonNull(counts, "counts");
        counts = counts.stream().map(List::copyOf).toList();
    }

    /**
     * The measures of one class. A measure whose denominator is zero is NaN: there is nothing to
     * say then, neither that it is 0 nor that it is 1.
     *
     * @param number the class
     * @param support how many examples are of it
     * @param precision right / all that were taken for it
     * @param recall right / support
     * @param f1 2 right / (support + all that were taken for it)
     */
    public record ClassMeasures(
            int number, long support, double precision, double recall, double f1) {}

    /**
     * A mistake that was made more than once.
     *
     * @param label the true class
     * @param predicted what it was taken for
     * @param count how often
     */
    public record Confusion(int label, int predicted, long count) {}

    /**
     * Counts outcomes.
     *
     * @param outcomes what a network said
     * @param classes the number of classes
     * @return the matrix
     */
    public static ConfusionMatrix of(List<Outcome> outcomes, int classes) {
        Objects.requireNonNull(outcomes, "outcomes");
        long[][] counts = new long[classes][classes];
        outcomes.forEach(each -> counts[each.label()][each.predicted()]++);
        List<List<Long>> rows = new ArrayList<>();
        for (long[] row : counts) {
            rows.add(LongStream.of(row).boxed().toList());
        }
        return new ConfusionMatrix(rows);
    }

    /**
     * Returns how often a class was taken for another, or for itself.
     *
     * @param label the true class
     * @param predicted the first choice
     * @return the count
     */
    public long count(int label, int predicted) {
        return counts.get(label).get(predicted);
    }

    /**
     * Returns the number of classes.
     *
     * @return the number of rows
     */
    public int classes() {
        return counts.size();
    }

    /**
     * Returns the measures of every class.
     *
     * @return one for each class, in order
     */
    public List<ClassMeasures> perClass() {
        return IntStream.range(0, classes()).mapToObj(this::measures).toList();
    }

    private ClassMeasures measures(int c) {
        long right = count(c, c);
        long support = counts.get(c).stream().mapToLong(Long::longValue).sum();
        long taken = counts.stream().mapToLong(row -> row.get(c)).sum();
        return new ClassMeasures(
                c,
                support,
                (double) right / taken,
                (double) right / support,
                2.0 * right / (support + taken));
    }

    /**
     * Averages a measure over the classes that have it, each counting alike ("macro").
     *
     * @param measure such as {@code ClassMeasures::recall}; the mean recall is also called balanced
     *     accuracy
     * @return the mean, NaN if no class has it
     */
    public double mean(ToDoubleFunction<ClassMeasures> measure) {
        Objects.requireNonNull(measure, "measure");
        return perClass().stream()
                .mapToDouble(measure)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    /**
     * Returns the most frequent mistakes.
     *
     * @param limit at most how many
     * @return the most frequent first, equal ones by class number
     */
    public List<Confusion> mostConfused(int limit) {
        List<Confusion> all = new ArrayList<>();
        for (int label = 0; label < classes(); label++) {
            for (int predicted = 0; predicted < classes(); predicted++) {
                if (label != predicted && count(label, predicted) > 0) {
                    all.add(new Confusion(label, predicted, count(label, predicted)));
                }
            }
        }
        // Stable, so that the order of the classes decides between equals.
        all.sort(Comparator.comparingLong(Confusion::count).reversed());
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }
}
