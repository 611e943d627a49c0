package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    /** The arguments of golden.py: 200 steps, 10 an epoch, the shapes after a warm-up of 50. */
    private static final Map<String, Schedule> SHAPES =
            Map.of(
                    "constant", new Schedule.Constant(),
                    "cosine", Schedule.cosine(),
                    "cosine floor", new Schedule.Cosine(0.1),
                    "linear", Schedule.linear(),
                    "linear floor", new Schedule.Polynomial(1, 0.25),
                    "polynomial", new Schedule.Polynomial(1.7, 0),
                    "step", new Schedule.Step(4, 0.3),
                    "multistep", new Schedule.MultiStep(List.of(3.0, 9.5), 0.1));

    @Test
    void of_everyShape_equalsPyTorchAtEachStep() {
        List<String[]> table = TorchTable.read("schedules.tsv");
        assertThat(table).extracting(cells -> cells[0]).containsAll(SHAPES.keySet());
        for (String[] cells : table) {
            LearningRate rate = Objects.requireNonNull(SHAPES.get(cells[0])).of(0.4, 50, 200, 10);
            double[] expected = TorchTable.numbers(cells[1]);
            assertThat(expected).hasSize(200);
            for (int step = 0; step < expected.length; step++) {
                assertThat(rate.at(step))
                        .as("%s, step %d", cells[0], step)
                        .isCloseTo(expected[step], within(1e-9));
            }
        }
    }

    @Test
    void share_afterTheLastStep_staysAtTheFloor() {
        assertThat(new Schedule.Cosine(0.1).share(200, 150, 10)).isCloseTo(0.1, within(1e-12));
        assertThat(new Schedule.Polynomial(2, 0.2).share(200, 150, 10)).isEqualTo(0.2);
    }

    @Test
    void of_noWarmup_startsAtTheTop() {
        for (Schedule shape : SHAPES.values()) {
            assertThat(shape.of(0.4, 0, 200, 10).at(0)).as("%s", shape).isEqualTo(0.4);
        }
    }

    @Test
    void shapes_numbersOutOfRange_areRefused() {
        refuses(() -> new Schedule.Cosine(1), "floor must be 0 to less than 1, a share of the");
        refuses(() -> new Schedule.Polynomial(0, 0), "power must be positive and finite, but was");
        refuses(() -> new Schedule.Polynomial(1, -1), "floor must be 0 to less than 1");
        refuses(() -> new Schedule.Step(0, 0.1), "every must be positive and finite, but was 0.0");
        refuses(() -> new Schedule.Step(1, 1), "factor must be more than 0 and less than 1");
        refuses(
                () -> new Schedule.MultiStep(List.of(2.0, 2.0), 0.1),
                "milestones must be positive and rising epochs, but was [2.0, 2.0]");
        refuses(() -> new Schedule.MultiStep(List.of(), 0.1), "milestones must be positive");
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
