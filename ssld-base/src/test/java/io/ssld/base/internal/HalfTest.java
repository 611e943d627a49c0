package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfTest {

    private static final int INFINITY = 0x7C00;

    @Test
    void toFloat_eachOf65536Halves_valueByDefinition() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            assertThat(Half.toFloat((short) bits))
                    .as("half 0x%04x", bits)
                    .isEqualTo(Float.valueOf((float) byDefinition(bits)));
        }
    }

    @Test
    void nearest_eachOf65536Halves_sameHalf() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            short back = Half.nearest(Half.toFloat((short) bits));
            if ((bits & 0x7FFF) > INFINITY) {
                assertThat((int) back).isEqualTo(0x7E00);
            } else {
                assertThat(back).as("half 0x%04x", bits).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void nearest_betweenNeighbours_nearestAndTiesToEven() {
        for (int bits = 0; bits < INFINITY; bits++) {
            double low = byDefinition(bits);
            // Beyond the greatest half lies 65,536 in place of infinity.
            double high = bits + 1 == INFINITY ? 65_536 : byDefinition(bits + 1);
            double middle = (low + high) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertRounds(Math.nextDown(middle), bits);
            assertRounds(middle, even);
            assertRounds(Math.nextUp(middle), bits + 1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 3c00",
        "-2.0, c000",
        "65504, 7bff",
        "65520, 7c00",
        "1e300, 7c00",
        "-Infinity, fc00",
        "-0.0, 8000",
        "4.9e-324, 0000",
        "0.333251953125, 3555"
    })
    void nearest_knownValue_knownBits(double value, String hex) {
        assertThat(Integer.toHexString(Half.nearest(value) & 0xFFFF))
                .isEqualTo(Integer.toHexString(Integer.parseInt(hex, 16)));
    }

    private static void assertRounds(double value, int expected) {
        assertThat(Half.nearest(value)).as("%s", value).isEqualTo((short) expected);
        assertThat(Half.nearest(-value)).isEqualTo((short) (expected | 0x8000));
    }

    /** (-1)^s * 2^(e-15) * 1.f, subnormals 2^-14 * 0.f, in arithmetic that is exact in double. */
    private static double byDefinition(int bits) {
        int exponent = (bits >> 10) & 0x1F;
        double fraction = (bits & 0x3FF) / 1024.0;
        double magnitude;
        if (exponent == 31) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * Math.pow(2, -14);
        } else {
            magnitude = (1 + fraction) * Math.pow(2, exponent - 15);
        }
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }
}
