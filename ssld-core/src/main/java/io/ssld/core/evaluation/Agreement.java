package io.ssld.core.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Two networks on the same examples.
 *
 * @param examples how many there are
 * @param equal on how many their first choices are equal
 * @param bothRight on how many both are right
 * @param onlyFirstRight on how many the first alone is
 * @param onlySecondRight on how many the second alone is
 * @param bothWrong on how many neither is
 */
public record Agreement(
        long examples,
        long equal,
        long bothRight,
        long onlyFirstRight,
        long onlySecondRight,
        long bothWrong) {

    /**
     * Compares outcomes.
     *
     * @param first what one network said
     * @param second what the other one said of the same examples, in the same order
     * @return the comparison
     * @throws IllegalArgumentException if the examples are not the same ones
     */
    public static Agreement of(List<Outcome> first, List<Outcome> second) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "second must have an outcome for each of the first's %d, but had %d",
                            first.size(),
                            second.size()));
        }
        long equal = 0;
        long[] rights = new long[4];
        for (int i = 0; i < first.size(); i++) {
            Outcome one = first.get(i);
            Outcome two = second.get(i);
            if (one.label() != two.label()) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "label of example %d must be the first's %d, but was %d",
                                i,
                                one.label(),
                                two.label()));
            }
            equal += one.predicted() == two.predicted() ? 1 : 0;
            rights[(one.isCorrect() ? 0 : 2) + (two.isCorrect() ? 0 : 1)]++;
        }
        return new Agreement(first.size(), equal, rights[0], rights[1], rights[2], rights[3]);
    }

    /**
     * Returns the fraction of equal first choices.
     *
     * @return 0 to 1; NaN without examples
     */
    public double rate() {
        return (double) equal / examples;
    }
}
