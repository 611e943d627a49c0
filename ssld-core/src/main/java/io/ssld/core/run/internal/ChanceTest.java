package io.ssld.core.run.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.evaluation.Scores;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a teacher tells more about labelled images than somebody who guesses.
 *
 * <p>The teacher is asked about some 256 examples, spread over the pass in which the student is
 * measured before its first step. A guesser is right with probability p, the share of the most
 * frequent label among them and at least 1/classes: that is what the best constant answer gets. Of
 * n answers k were right; the teacher is suspected if a guesser would be right as often with a
 * probability above 1 % (one-sided binomial test). Where even a teacher that is right half-way
 * between p and 1 could not be told from a guesser, nothing is said: the examples are too few, or
 * all of one class.
 */
final class ChanceTest {

    private static final int EXAMPLES = 256;
    private static final int BATCHES = 8;
    private static final double SIGNIFICANCE = 0.01;

    private final RunTeacher teacher;
    private final int classes;
    private final Map<Integer, Integer> counts = new HashMap<>();
    private int right;
    private int asked;

    /** Batches to pass over before the next one that is looked at. */
    private long skip;

    private final long stride;

    /**
     * Starts a test.
     *
     * @param teacher who is asked
     * @param classes the classes it tells apart
     * @param batches how many will come, or -1 if nobody knows
     */
    ChanceTest(RunTeacher teacher, int classes, long batches) {
        this.teacher = teacher;
        this.classes = classes;
        this.stride = Math.max(1, batches / BATCHES);
    }

    /** Looks at a batch, or passes over it. */
    void look(ExampleBatch batch) {
        if (asked >= EXAMPLES) {
            return;
        }
        if (skip > 0) {
            skip--;
            return;
        }
        skip = stride - 1;
        // Spread too: lists are often sorted by class.
        int every = Math.max(1, batch.size() / (EXAMPLES / BATCHES));
        NDList some = new NDList();
        for (NDArray input : batch.inputs()) {
            some.add(every == 1 ? input : input.get(new NDIndex("::" + every)));
        }
        int[] labels = batch.labels();
        try (NDArray answer = AnswerCheck.of(teacher, some, List.of())) {
            float[] logits = Evaluator.numbers(answer);
            int width = (int) answer.size(1);
            for (int i = 0; i * every < labels.length; i++) {
                int label = labels[i * every];
                counts.merge(label, 1, Integer::sum);
                right += Scores.argMax(logits, i, width) == label ? 1 : 0;
                asked++;
            }
        } finally {
            if (every > 1) {
                some.close();
            }
        }
    }

    /** What to say of the teacher; nothing if it is well, or nobody can tell. */
    Optional<String> suspicion() {
        if (asked == 0) {
            return Optional.empty();
        }
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        double guess = Math.max((double) most / asked, 1.0 / classes);
        int halfWay = (int) Math.floor(asked * (1 + guess) / 2);
        boolean canTell = tail(asked, halfWay, guess) <= SIGNIFICANCE;
        if (!canTell || tail(asked, right, guess) <= SIGNIFICANCE) {
            return Optional.empty();
        }
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "teacher %s should know the classes, but was right on %d of %d validation"
                                + " examples, where always naming one class is right on %d; check"
                                + " that its weights are loaded, that its classes have the order of"
                                + " the data's, and how its inputs are normalised",
                        teacher.name(),
                        right,
                        asked,
                        Math.round(guess * asked)));
    }

    /** The probability of at least k successes in n trials. */
    static double tail(int n, int k, double p) {
        if (k <= 0) {
            return 1;
        }
        if (p >= 1) {
            return 1;
        }
        double sum = 0;
        double coefficient = 0;
        for (int i = 0; i <= n; i++) {
            if (i > 0) {
                coefficient += Math.log((double) (n - i + 1) / i);
            }
            if (i >= k) {
                sum += Math.exp(coefficient + i * Math.log(p) + (n - i) * Math.log1p(-p));
            }
        }
        return Math.min(1, sum);
    }
}
