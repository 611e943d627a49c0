package io.ssld.core.run.internal;

import java.util.Map;
import java.util.TreeMap;

/**
 * How many threads get images ready, and why so many.
 *
 * @param count at least 1
 * @param tunes whether the run is still to choose the number
 * @param reason why this number
 * @param measured seconds of the fastest step by the number of threads; empty if nothing was
 *     measured
 */
public record WorkerChoice(int count, boolean tunes, String reason, Map<Integer, Double> measured) {

    /** How much slower than the fastest number a smaller one may be to be chosen. */
    private static final double ALIKE = 1.03;

    public WorkerChoice {
        measured = new TreeMap<>(measured);
    }

    public static WorkerChoice fixed(int count, String reason) {
        return new WorkerChoice(count, false, reason, Map.of());
    }

    public static WorkerChoice toBeMeasured(int count) {
        return new WorkerChoice(count, true, "to be measured", Map.of());
    }

    /**
     * Chooses the fewest threads of those that are about as fast as the fastest: differences within
     * 3 % are those of the machine's other work.
     *
     * @param measured seconds of a step by the number of threads, at least one
     */
    public static WorkerChoice fastest(Map<Integer, Double> measured) {
        TreeMap<Integer, Double> sorted = new TreeMap<>(measured);
        double best = sorted.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        int count =
                sorted.entrySet().stream()
                        .filter(entry -> entry.getValue() <= best * ALIKE)
                        .mapToInt(Map.Entry::getKey)
                        .min()
                        .orElseThrow();
        return new WorkerChoice(count, false, "the fewest within 3 % of the fastest", sorted);
    }
}
