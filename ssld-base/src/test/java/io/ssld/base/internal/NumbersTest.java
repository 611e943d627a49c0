package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "0.1, 0.1",
        "0.123456789, 0.12346",
        "-2.5, −2.5",
        "1234, 1234",
        "1e100, 1e100",
        "0.0001, 0.0001",
        "0.0000123, 1.23e-5",
        "NaN, –",
        "Infinity, ∞",
        "-Infinity, −∞",
    })
    void brief_value_hasFiveDigits(double value, String expected) {
        assertThat(Numbers.brief(value)).isEqualTo(expected);
    }

    @Test
    void exact_manyDigits_partsThousands() {
        assertThat(Numbers.exact(new BigDecimal("-1234567.125")))
                .isEqualTo("−1\u202f234\u202f567.125");
    }

    @Test
    void cell_anyValue_isReadable() {
        assertThat(Numbers.cell(null)).isEqualTo("–");
        assertThat(Numbers.cell(25_557_032)).isEqualTo("25\u202f557\u202f032");
        assertThat(Numbers.cell(0.5f)).isEqualTo("0.5");
        assertThat(Numbers.cell("12345 %")).isEqualTo("12345 %");
    }
}
