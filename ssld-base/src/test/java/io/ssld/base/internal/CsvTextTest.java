package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=HYPERLINK(\"http://x\")",
                "+1+2",
                "-2+3",
                "@SUM(1)",
                "\t=1",
                "\r=1",
                "-x.png",
                "\uff1d1"
            })
    void cell_formula_isTextAndReadBack(String text) {
        String cell = CsvText.cell(text);
        assertThat(cell).matches("(?s)\"?'.*");
        assertThat(CsvText.quoted(text)).startsWith("\"'");
        String inside =
                cell.startsWith("\"")
                        ? cell.substring(1, cell.length() - 1).replace("\"\"", "\"")
                        : cell;
        assertThat(CsvText.text(inside)).isEqualTo(text);
    }

    /** What began with an apostrophe before does so after. */
    @ParameterizedTest
    @ValueSource(
            strings = {"'=1", "''@x", "'tis", "'", "a=b", "", "-1.5e-3", "+3", "-", "==", "'-1"})
    void cell_anyText_readsBack(String text) {
        assertThat(CsvText.text(CsvText.cell(text))).isEqualTo(text);
    }

    @Test
    void cell_numbersAndPlainText_asTheyAre() {
        assertThat(CsvText.cell(-0.5)).isEqualTo("-0.5");
        assertThat(CsvText.cell(1e-10)).isEqualTo("1.0E-10");
        assertThat(CsvText.cell(-3)).isEqualTo("-3");
        assertThat(CsvText.cell("a/b.png")).isEqualTo("a/b.png");
        assertThat(CsvText.cell("a,\"b\"")).isEqualTo("\"a,\"\"b\"\"\"");
    }
}
