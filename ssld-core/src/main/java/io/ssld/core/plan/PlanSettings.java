package io.ssld.core.plan;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What to plan besides the run itself, and how long to measure.
 *
 * @param views how many views a label store would have of each image, at least 1; empty for as many
 *     as the run has epochs
 * @param topK how many classes a label would name, at least 1; no more than there are
 * @param students how many students would share the store, at least 1
 * @param steps how many steps of each kind are timed, after those that warm up; at least 1
 */
public record PlanSettings(OptionalInt views, int topK, int students, int steps) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public PlanSettings {
        Objects.requireNonNull(views, "views");
        requireAtLeastOne("views", views.orElse(1));
        requireAtLeastOne("topK", topK);
        requireAtLeastOne("students", students);
        requireAtLeastOne("steps", steps);
    }

    /**
     * Returns the usual settings: a view an epoch, 10 classes, one student, 5 timed steps.
     *
     * @return the settings
     */
    public static PlanSettings standard() {
        return new PlanSettings(OptionalInt.empty(), 10, 1, 5);
    }

    /**
     * Returns these settings with another number of recorded views.
     *
     * @param count views of each image, at least 1
     * @return the settings
     */
    public PlanSettings withViews(int count) {
        return new PlanSettings(OptionalInt.of(count), topK, students, steps);
    }

    /**
     * Returns these settings with another number of classes in a label.
     *
     * @param classes at least 1
     * @return the settings
     */
    public PlanSettings withTopK(int classes) {
        return new PlanSettings(views, classes, students, steps);
    }

    /**
     * Returns these settings with another number of students that share the store.
     *
     * @param count at least 1
     * @return the settings
     */
    public PlanSettings withStudents(int count) {
        return new PlanSettings(views, topK, count, steps);
    }

    /**
     * Returns these settings with another number of timed steps.
     *
     * @param count at least 1; more for a machine that is busy with other things
     * @return the settings
     */
    public PlanSettings withSteps(int count) {
        return new PlanSettings(views, topK, students, count);
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, but was " + value);
        }
    }
}
