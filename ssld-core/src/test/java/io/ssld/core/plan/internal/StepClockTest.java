package io.ssld.core.plan.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.plan.StepSeconds;
import io.ssld.core.plan.StoreTimes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the times of two turns. */
class StepClockTest {

    private static StepSeconds step(double waiting, double teacher, double student) {
        return new StepSeconds(waiting, teacher, student);
    }

    private static final List<StepSeconds> LIVE =
            List.of(step(9, 4, 1), step(1, 6, 3), step(9, 8, 5), step(3, 10, 7));

    @Test
    void times_withStore_shareWhatIsTheSame() {
        List<StepSeconds> recorded =
                List.of(step(9, 7, 0), step(4, 7, 0), step(9, 7, 0), step(6, 7, 0));
        List<StepSeconds> stored =
                List.of(step(9, 1, 4), step(5, 1, 4), step(9, 2, 4), step(7, 2, 4));
        StepClock.Times times = new StepClock.Times(LIVE, recorded, stored);
        // Waiting of the second step of each turn; teacher of 4, 6, 7, 7, 7, 7, 8, 10; student of
        // 1, 3, 4, 4, 4, 4, 5, 7.
        assertThat(times.step()).isEqualTo(step(2, 7, 4));
        // (5 + 7) seconds for 8 images.
        assertThat(times.store(8)).hasValue(new StoreTimes(1.5, step(6, 1.5, 4)));
    }

    @Test
    void times_withoutStore_areThoseOfTheRun() {
        StepClock.Times times = new StepClock.Times(LIVE, List.of(), List.of());
        assertThat(times.step()).isEqualTo(step(2, 7, 4));
        assertThat(times.store(8)).isEmpty();
    }

    @Test
    void median_oddCount_isTheMiddle() {
        assertThat(StepClock.median(List.of(5.0, 1.0, 2.0), value -> value)).isEqualTo(2);
        assertThat(StepClock.median(List.of(3.0), value -> value)).isEqualTo(3);
    }
}
