package io.ssld.base.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.base.internal.Numbers;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class TicksTest {

    @Test
    void within_epochs_marksRoundOnes() {
        Ticks ticks = Ticks.within(1, 30, 6, true);

        assertThat(ticks.values())
                .map(BigDecimal::intValueExact)
                .containsExactly(5, 10, 15, 20, 25, 30);
        assertThat(ticks.min()).isEqualTo(1);
        assertThat(ticks.max()).isEqualTo(30);
        assertThat(ticks.position(30)).isEqualTo(1);
    }

    @Test
    void within_fewWholeNumbers_marksNoFractions() {
        assertThat(Ticks.within(1, 3, 10, true).values())
                .map(BigDecimal::intValueExact)
                .containsExactly(1, 2, 3);
    }

    @Test
    void around_fractions_widensToExactSteps() {
        Ticks ticks = Ticks.around(0.31, 0.58, 3);

        assertThat(ticks.values()).map(Numbers::exact).containsExactly("0.3", "0.4", "0.5", "0.6");
        assertThat(ticks.min()).isEqualTo(0.3);
        assertThat(ticks.max()).isEqualTo(0.6);
    }

    @Test
    void around_oneValue_hasRoomOnBothSides() {
        for (double value : new double[] {0, 0.7, -3, 1e-300, 1e300, 1e9}) {
            Ticks ticks = Ticks.around(value, value, 5);

            assertThat(ticks.min()).isLessThan(value);
            assertThat(ticks.max()).isGreaterThan(value);
        }
    }

    @Test
    void around_nearlyEqualLargeValues_staysExact() {
        Ticks ticks = Ticks.around(1e9, Math.nextUp(1e9), 5);

        assertThat(ticks.values()).hasSizeBetween(2, 20);
    }

    @Test
    void logarithmic_manyDecades_marksPowersOfTen() {
        Ticks ticks = Ticks.logarithmic(0.0042, 1.3, 5);

        assertThat(ticks.values()).map(Numbers::exact).containsExactly("0.01", "0.1", "1");
        assertThat(ticks.min()).isEqualTo(0.002);
        assertThat(ticks.max()).isEqualTo(2);
        assertThat(ticks.position(2)).isEqualTo(1);
    }

    @Test
    void logarithmic_lessThanTwoDecades_marksTwosAndFivesToo() {
        assertThat(Ticks.logarithmic(0.3, 0.9, 5).values())
                .map(Numbers::exact)
                .containsExactly("0.2", "0.5", "1");
    }

    @Test
    void logarithmic_hugeRange_skipsDecades() {
        assertThat(Ticks.logarithmic(1e-200, 1e200, 5).values()).hasSizeBetween(3, 7);
    }
}
