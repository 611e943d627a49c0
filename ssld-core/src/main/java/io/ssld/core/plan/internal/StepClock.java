package io.ssld.core.plan.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.plan.StepSeconds;
import io.ssld.core.plan.StoreTimes;
import io.ssld.core.run.internal.BatchStream;
import io.ssld.core.run.internal.Evaluator;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.TrainStep;
import io.ssld.core.run.internal.TrainingLoop;
import io.ssld.core.run.internal.TrainingRun;
import io.ssld.core.run.internal.Worker.Lesson;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes steps and tells where their seconds go. Their learning rate is 0: a step then costs what
 * any other does, and the student does not change.
 */
final class StepClock {

    /** How many steps of a kind follow one another. */
    private static final int TURN = 2;

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

    /**
     * Takes steps with the live teacher. If a store is planned, steps that record and steps that
     * learn from the store follow in turns, so that other work of the machine slows all kinds down
     * alike.
     *
     * @param live a step with the teacher
     * @param stored a step that has its labels; {@code null} if no store is planned
     * @param teacher what would be recorded
     * @param rounds how often each kind has its turn
     */
    Times time(TrainStep live, @Nullable TrainStep stored, RunTeacher teacher, int rounds)
            throws IOException, TranslateException {
        take(live);
        take(live);
        Times times = new Times(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < rounds; i++) {
            for (int k = 0; k < TURN; k++) {
                times.live().add(take(live));
            }
            for (int k = 0; k < TURN && stored != null; k++) {
                times.recorded().add(record(teacher));
            }
            for (int k = 0; k < TURN && stored != null; k++) {
                times.stored().add(take(stored));
            }
        }
        return times;
    }

    /**
     * What was timed, turn by turn.
     *
     * <p>A teacher's forward pass takes the same time whether a student learns from it or it is
     * recorded, and the student's part the same wherever labels come from. So both are medians over
     * all kinds of step.
     *
     * <p>How long a step waits for images does depend on its kind. The last step of each turn tells
     * it: the earlier ones still use images that were prepared during another kind of step.
     *
     * @param live steps with the teacher
     * @param recorded the images of a step, waited for and answered by the teacher
     * @param stored steps with labels that are there
     */
    record Times(List<StepSeconds> live, List<StepSeconds> recorded, List<StepSeconds> stored) {

        StepSeconds step() {
            return new StepSeconds(waiting(live), teacher(), student());
        }

        /**
         * The times of a store, if one is planned.
         *
         * @param images of a step
         */
        Optional<StoreTimes> store(int images) {
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            double labels = median(stored, StepSeconds::teacher);
            return Optional.of(
                    new StoreTimes(
                            (waiting(recorded) + teacher()) / images,
                            new StepSeconds(waiting(stored), labels, student())));
        }

        private double teacher() {
            return median(both(live, recorded), StepSeconds::teacher);
        }

        private double student() {
            return median(both(live, stored), StepSeconds::student);
        }

        private static double waiting(List<StepSeconds> kind) {
            List<StepSeconds> last = new ArrayList<>();
            for (int i = TURN - 1; i < kind.size(); i += TURN) {
                last.add(kind.get(i));
            }
            return median(last, StepSeconds::waiting);
        }

        private static List<StepSeconds> both(List<StepSeconds> one, List<StepSeconds> other) {
            return Stream.concat(one.stream(), other.stream()).toList();
        }
    }

    /** Gets the images of a step and has the teacher's answers in Java. */
    private StepSeconds record(RunTeacher teacher) throws IOException, TranslateException {
        long waiting = 0;
        long answering = 0;
        for (int i = 0; i < recipe.accumulation(); i++) {
            long start = System.nanoTime();
            ExampleBatch next = next();
            long there = System.nanoTime();
            try (ExampleBatch batch = next) {
                Evaluator.numbers(AnswerCheck.ask(teacher, batch.inputs(), batch.keys()));
            }
            waiting += there - start;
            answering += System.nanoTime() - there;
        }
        return new StepSeconds(waiting / 1e9, answering / 1e9, 0);
    }

    /** Seconds an image of the pipeline while nothing else is computed. */
    double pipeline(int batches) throws IOException, TranslateException {
        next().close();
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            long start = System.nanoTime();
            try (ExampleBatch batch = next()) {
                seconds.add(TrainingRun.secondsSince(start) / batch.size());
            }
        }
        return median(seconds, value -> value);
    }

    /** The next batch, with the random numbers of its place in a run. */
    private ExampleBatch next() throws IOException, TranslateException {
        return stream.next(drawn++);
    }

    /** Takes a step. */
    StepSeconds take(TrainStep step) throws IOException, TranslateException {
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
