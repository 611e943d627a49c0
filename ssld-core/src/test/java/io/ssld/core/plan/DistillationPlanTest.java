package io.ssld.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.base.internal.Durations;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Figures by hand: every number here is a sum of powers of two, so that nothing is rounded. */
class DistillationPlanTest {

    /** 4 epochs of 10 steps of 8 images; two networks are measured on 20 images after each. */
    private static final RunShape SHAPE = new RunShape(4, 10, 8, 80, 20, 2);

    private static final StepSeconds LIVE = new StepSeconds(0.125, 0.5, 0.25);
    private static final StepSeconds STORED = new StepSeconds(0.125, 0, 0.25);

    private static final PlanMemory MEMORY =
            new PlanMemory(
                    1,
                    2,
                    4,
                    8,
                    16,
                    OptionalLong.of(100),
                    OptionalLong.of(200),
                    OptionalLong.of(50),
                    OptionalLong.empty(),
                    1000,
                    2000);

    private static DistillationPlan plan(
            boolean teacherMeasured, StepSeconds stored, int views, int students) {
        MeasuredTimes times =
                new MeasuredTimes(
                        LIVE,
                        0.03125,
                        0.0625,
                        teacherMeasured,
                        Optional.of(new StoreTimes(0.0625, stored)));
        return DistillationPlan.of(SHAPE, times, MEMORY, views, 10, students, 12345, "");
    }

    @Test
    void of_liveTeacher_addsStepsAndEvaluations() {
        DistillationPlan plan = plan(true, STORED, 3, 1);
        assertThat(SHAPE.steps()).isEqualTo(40);
        assertThat(LIVE.total()).isEqualTo(0.875);
        assertThat(plan.imagesPerSecond()).isEqualTo(8 / 0.875);
        assertThat(plan.pipelineImagesPerSecond()).isEqualTo(32);
        // Two networks on 20 images.
        assertThat(plan.evaluationSeconds()).isEqualTo(2.5);
        assertThat(plan.secondsPerEpoch()).isEqualTo(8.75 + 2.5);
        // Student before and after, teacher after: 1.25 + 1.25 + 20 · 0.5 / 8.
        assertThat(plan.secondsInAll()).isEqualTo(4 * 11.25 + 3.75);
        assertThat(plan.memory().counted()).isEqualTo(31);
    }

    @Test
    void of_teacherThatIsNotMeasured_leavesThatOut() {
        assertThat(plan(false, STORED, 3, 1).secondsInAll()).isEqualTo(4 * 11.25 + 2.5);
    }

    @Test
    void of_store_breaksEvenAfterTheTie() {
        StorePlan store = plan(true, STORED, 3, 1).store().orElseThrow();
        assertThat(store.recordingSeconds()).isEqualTo(80 * 3 * 0.0625);
        assertThat(store.secondsPerEpoch()).isEqualTo(3.75 + 2.5);
        // Of 3 epochs both take 33.75 s: the store takes less from 4 on.
        assertThat(store.breakEvenEpoch()).isEqualTo(OptionalInt.of(4));
        assertThat(store.breakEvenEpochTogether()).isEqualTo(OptionalInt.of(4));
        assertThat(store.fewestStudents()).isEqualTo(OptionalInt.of(1));
        assertThat(store.secondsInAll()).isEqualTo(15 + 4 * 6.25 + 3.75);
        assertThat(store.liveSecondsInAll()).isEqualTo(45 + 3.75);
        assertThat(store.bytes()).isEqualTo(12345);
        assertThat(store.verdict())
                .isEqualTo(
                        "An epoch takes 6.25 s from the store and 11.25 s with the teacher;"
                                + " recording 3 views takes 15.00 s. Over 4 epochs a single student"
                                + " gains 5.00 s.");
    }

    @Test
    void of_manyViews_payForSeveralStudentsOnly() {
        // Recording takes 12 views · 5 s = 60 s, and an epoch gains 5 s: 20 s over a student's
        // four.
        StorePlan store = plan(true, STORED, 12, 2).store().orElseThrow();
        assertThat(store.recordingSeconds()).isEqualTo(60);
        assertThat(store.breakEvenEpoch()).isEqualTo(OptionalInt.of(13));
        assertThat(store.breakEvenEpochTogether()).isEqualTo(OptionalInt.of(7));
        assertThat(store.fewestStudents()).isEqualTo(OptionalInt.of(4));
        assertThat(store.secondsInAll()).isEqualTo(60 + 2 * (4 * 6.25 + 3.75));
        assertThat(store.liveSecondsInAll()).isEqualTo(2 * 48.75);
        assertThat(store.verdict())
                .contains(
                        "a single student gains nothing: it takes 40.00 s more.",
                        "2 students that share the store gain nothing: they take 20.00 s more.",
                        "It pays from 4 students on.");
    }

    @Test
    void of_storeThatIsNoFaster_neverBreaksEven() {
        StorePlan store = plan(true, LIVE, 3, 5).store().orElseThrow();
        assertThat(store.breakEvenEpoch()).isEmpty();
        assertThat(store.breakEvenEpochTogether()).isEmpty();
        assertThat(store.fewestStudents()).isEmpty();
        assertThat(store.verdict())
                .contains("there is nothing to gain, at no number of epochs or students");
    }

    @Test
    void of_noStore_saysWhy() {
        MeasuredTimes times = new MeasuredTimes(LIVE, 1, 1, true, Optional.empty());
        DistillationPlan plan =
                DistillationPlan.of(SHAPE, times, MEMORY, 3, 10, 1, 0, "it is a store already");
        assertThat(plan.store()).isEmpty();
        assertThat(plan.withoutStore()).isEqualTo("it is a store already");
    }

    @Test
    void firstAbove_edges_areEmptyOrOne() {
        assertThat(PlanCosts.firstAbove(0, 1)).hasValue(1);
        assertThat(PlanCosts.firstAbove(0, 0)).isEmpty();
        assertThat(PlanCosts.firstAbove(5, 0)).isEmpty();
        assertThat(PlanCosts.firstAbove(5, -1)).isEmpty();
        assertThat(PlanCosts.firstAbove(5, 1e-12)).isEmpty();
        assertThat(PlanCosts.firstAbove(4.9, 1)).hasValue(5);
        assertThat(PlanCosts.firstAbove(5, 1)).hasValue(6);
    }

    @Test
    void settings_belowOne_areRefused() {
        PlanSettings standard = PlanSettings.standard();
        assertThat(standard).isEqualTo(new PlanSettings(OptionalInt.empty(), 10, 1, 5));
        assertThat(standard.withViews(3).withTopK(4).withStudents(6).withSteps(7))
                .isEqualTo(new PlanSettings(OptionalInt.of(3), 4, 6, 7));
        assertThatThrownBy(() -> standard.withViews(0))
                .hasMessage("views must be at least 1, but was 0");
        assertThatThrownBy(() -> standard.withTopK(0)).hasMessageContaining("topK must be");
        assertThatThrownBy(() -> standard.withStudents(-1))
                .hasMessage("students must be at least 1, but was -1");
        assertThatThrownBy(() -> standard.withSteps(0)).hasMessageContaining("steps must be");
    }

    @Test
    void durations_everySize_haveTheirUnit() {
        assertThat(Durations.text(0.0123)).isEqualTo("12.3 ms");
        assertThat(Durations.text(4.5)).isEqualTo("4.50 s");
        assertThat(Durations.text(150)).isEqualTo("2.5 min");
        assertThat(Durations.text(9000)).isEqualTo("2.5 h");
        assertThat(Durations.text(216_000)).isEqualTo("2.5 days");
    }
}
