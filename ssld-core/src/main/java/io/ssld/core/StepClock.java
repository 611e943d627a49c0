package io.ssld.core;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.translate.TranslateException;
import io.ssld.core.Worker.Lesson;
import io.ssld.core.data.ExampleBatch;
import io.ssld.core.plan.StepSeconds;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Takes steps and tells where their seconds go. The learning rate is 0: a step of it costs the
 * same, and no plan diverges.
 */
final class StepClock {

    private final Recipe recipe;
    private final BatchStream stream;
    private final Parameter smallest;
    private long drawn;
    private long number;

    /**
     * Creates a clock.
     *
     * @param spec of the run; the student is initialised
     * @param stream where batches come from
     */
    StepClock(RunSpec spec, BatchStream stream) {
        this.recipe = spec.recipe();
        this.stream = stream;
        this.smallest =
                spec.student().parameters().values().stream()
                        .filter(Parameter::requiresGradient)
                        .min(Comparator.comparingLong(each -> each.getArray().size()))
                        .orElseThrow();
    }

    /** The next batch, with the random numbers of its place in a run. */
    ExampleBatch next() throws IOException, TranslateException {
        return stream.next(drawn++);
    }

    /**
     * Takes steps.
     *
     * @param step what takes one
     * @param warmUp how many are not counted
     * @param count how many are
     * @return the median of each part
     */
    StepSeconds time(TrainStep step, int warmUp, int count) throws IOException, TranslateException {
        for (int i = 0; i < warmUp; i++) {
            take(step);
        }
        StepSeconds[] taken = new StepSeconds[count];
        for (int i = 0; i < count; i++) {
            taken[i] = take(step);
        }
        List<StepSeconds> all = List.of(taken);
        return new StepSeconds(
                median(all, StepSeconds::waiting),
                median(all, StepSeconds::teacher),
                median(all, StepSeconds::student));
    }

    private StepSeconds take(TrainStep step) throws IOException, TranslateException {
        long waiting = 0;
        long teacher = 0;
        long student = 0;
        for (int i = 0; i < recipe.accumulation(); i++) {
            long start = System.nanoTime();
            long place = drawn;
            ExampleBatch next = next();
            long there = System.nanoTime();
            try (ExampleBatch batch = next) {
                List<Lesson> lessons = step.ask(batch, TrainingLoop.mix(recipe, batch, place));
                // A device computes on while Java goes ahead; reading a result waits for it.
                lessons.forEach(lesson -> lesson.wanted().toByteBuffer());
                long asked = System.nanoTime();
                step.learn(lessons);
                teacher += asked - there;
                student -= asked;
            }
            student += System.nanoTime();
            waiting += there - start;
        }
        long start = System.nanoTime();
        step.finish(number++, 0);
        NDArray updated = smallest.getArray();
        updated.toByteBuffer();
        student += System.nanoTime() - start;
        return new StepSeconds(waiting / 1e9, teacher / 1e9, student / 1e9);
    }

    /** The middle value, or the mean of the two in the middle. */
    static <T> double median(List<T> all, ToDoubleFunction<T> value) {
        double[] sorted = all.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
    }
}
