package io.ssld.core.plan;

import io.ssld.base.internal.Durations;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The same run with a label store: the teacher is asked about V views of every image, once, and
 * students learn from what it said. A run of more than V epochs shows views again.
 *
 * @param views V, the views of each image
 * @param topK K, the classes that a label names
 * @param students how many students share the store
 * @param recordingSeconds seconds to record V views of every image
 * @param bytes of the store's segments; what the images' notes and {@code store.json} add is a few
 *     kilobytes
 * @param step seconds of a step from the store
 * @param secondsPerEpoch seconds of an epoch from the store, evaluation included
 * @param secondsInAll seconds to record and to train all students
 * @param liveSecondsInAll seconds to train all students with the live teacher instead
 * @param breakEvenEpoch the first number of epochs at which recording and training <em>one</em>
 *     student from the store take less than training it with the live teacher; may be above the
 *     run's. Empty if there is none
 * @param breakEvenEpochTogether the same for all students together, each of so many epochs
 * @param fewestStudents the first number of students of the run's epochs at which the store takes
 *     less. Empty if there is none
 * @param verdict what that comes to, in words
 */
public record StorePlan(
        int views,
        int topK,
        int students,
        double recordingSeconds,
        long bytes,
        StepSeconds step,
        double secondsPerEpoch,
        double secondsInAll,
        double liveSecondsInAll,
        OptionalInt breakEvenEpoch,
        OptionalInt breakEvenEpochTogether,
        OptionalInt fewestStudents,
        String verdict) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public StorePlan {
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(breakEvenEpoch, "breakEvenEpoch");
        Objects.requireNonNull(breakEvenEpochTogether, "breakEvenEpochTogether");
        Objects.requireNonNull(fewestStudents, "fewestStudents");
        Objects.requireNonNull(verdict, "verdict");
    }

    /**
     * Puts the plan together.
     *
     * @param costs of the run
     * @param shape of the run
     * @param live seconds of an epoch with the live teacher
     * @param times what was measured
     * @param views V
     * @param topK K
     * @param students how many share the store
     * @param bytes of the store
     */
    static StorePlan of(
            PlanCosts costs,
            RunShape shape,
            double live,
            StoreTimes times,
            int views,
            int topK,
            int students,
            long bytes) {
        double recording = costs.recording(times, views);
        double stored = costs.epoch(times.step());
        double gain = live - stored;
        double all = (double) students * shape.epochs();
        OptionalInt one = PlanCosts.firstAbove(recording, gain);
        OptionalInt together = PlanCosts.firstAbove(recording, students * gain);
        OptionalInt fewest = PlanCosts.firstAbove(recording, shape.epochs() * gain);
        // Before the first epoch and after the last, both ways measure the same networks.
        double ends = students * costs.ends();
        return new StorePlan(
                views,
                topK,
                students,
                recording,
                bytes,
                times.step(),
                stored,
                recording + all * stored + ends,
                all * live + ends,
                one,
                together,
                fewest,
                verdict(shape.epochs(), views, students, recording, live, stored, fewest));
    }

    private static String verdict(
            int epochs,
            int views,
            int students,
            double recording,
            double live,
            double stored,
            OptionalInt fewest) {
        String rates =
                text("An epoch takes %s from the store and %s with the teacher", stored, live);
        if (fewest.isEmpty()) {
            return rates + ": there is nothing to gain, at no number of epochs or students.";
        }
        double cost = epochs * (live - stored) - recording;
        StringBuilder text =
                new StringBuilder(rates)
                        .append(text("; recording %d views takes %s. ", views, recording))
                        .append(text("Over %d epochs a single student ", epochs));
        if (cost > 0) {
            text.append(text("gains %s.", cost));
        } else {
            text.append(text("gains nothing: it takes %s more.", -cost));
        }
        if (students > 1) {
            double shared = students * epochs * (live - stored) - recording;
            text.append(text(" %d students that share the store ", students))
                    .append(
                            shared > 0
                                    ? text("gain %s.", shared)
                                    : text("gain nothing: they take %s more.", -shared));
        }
        if (fewest.getAsInt() > 1) {
            text.append(text(" It pays from %d students on.", fewest.getAsInt()));
        }
        return text.toString();
    }

    /** As {@link String#format}, numbers that are not whole as durations. */
    private static String text(String format, Object... values) {
        Object[] shown = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            shown[i] = values[i] instanceof Double seconds ? Durations.text(seconds) : values[i];
        }
        return String.format(Locale.ROOT, format, shown);
    }
}
