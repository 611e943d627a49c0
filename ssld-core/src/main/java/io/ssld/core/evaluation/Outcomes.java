package io.ssld.core.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Measures of many outcomes. */
public final class Outcomes {

    private Outcomes() {}

    /**
     * Returns how often the label was first, and among the first five.
     *
     * @param outcomes what a network said, at least one
     * @return exact counts, divided once
     * @throws IllegalArgumentException if there are none
     */
    public static Evaluation accuracy(List<Outcome> outcomes) {
        Objects.requireNonNull(outcomes, "outcomes");
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException(
                    "outcomes must be at least one, but there were none");
        }
        return new Evaluation(outcomes.size(), within(outcomes, 1), within(outcomes, 5));
    }

    private static double within(List<Outcome> outcomes, int k) {
        return (double) outcomes.stream().filter(each -> each.rank() < k).count() / outcomes.size();
    }

    /**
     * Returns the mistakes of the highest confidence.
     *
     * @param outcomes what a network said
     * @param limit at most how many
     * @return places in the list, the most confident first, equal ones in order; outcomes without a
     *     confidence last
     */
    public static List<Integer> worstMistakes(List<Outcome> outcomes, int limit) {
        Objects.requireNonNull(outcomes, "outcomes");
        Comparator<Integer> byConfidence =
                Comparator.comparingDouble(
                        i -> {
                            double confidence = outcomes.get(i).confidence();
                            return Double.isNaN(confidence) ? 1 : -confidence;
                        });
        return IntStream.range(0, outcomes.size())
                .filter(i -> !outcomes.get(i).isCorrect())
                .boxed()
                .sorted(byConfidence)
                .limit(limit)
                .toList();
    }
}
