package io.ssld.base.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCsvTest {

    private static final List<String> COLUMNS = List.of("epoch", "loss", "note");

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("run").resolve("metrics.csv");
    }

    @Test
    void row_openTable_isInTheFileAtOnce() throws IOException {
        try (MetricsCsv csv = new MetricsCsv(file, COLUMNS)) {
            assertThat(Files.readString(file)).isEqualTo("epoch,loss,note\n");

            csv.row(1, 0.1 + 0.2, null);

            assertThat(Files.readString(file))
                    .isEqualTo("epoch,loss,note\n1,0.30000000000000004,\n");
        }
    }

    @Test
    void row_namedValues_followColumns() throws IOException {
        try (MetricsCsv csv = new MetricsCsv(file, COLUMNS)) {
            csv.row(Map.of("note", "best", "epoch", 2L));
        }

        assertThat(file).hasContent("epoch,loss,note\n2,,best\n");
    }

    @Test
    void row_commaQuoteLineEnd_areQuoted() throws IOException {
        try (MetricsCsv csv = new MetricsCsv(file, List.of("a,b", "c"))) {
            csv.row("say \"hi\"", "two\nlines");
        }

        assertThat(Files.readString(file))
                .isEqualTo("\"a,b\",c\n\"say \"\"hi\"\"\",\"two\nlines\"\n");
    }

    @Test
    void row_commaLocale_writesPoint() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try (MetricsCsv csv = new MetricsCsv(file, COLUMNS)) {
            csv.row(1_000_000, 1234567.5, 0.1f);
        } finally {
            Locale.setDefault(before);
        }

        assertThat(file).hasContent("epoch,loss,note\n1000000,1234567.5,0.1\n");
    }

    @Test
    void row_unknownColumn_isRefused() throws IOException {
        try (MetricsCsv csv = new MetricsCsv(file, COLUMNS)) {
            assertThatThrownBy(() -> csv.row(Map.of("los", 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("column must be one of [epoch, loss, note], but was los");
        }
    }

    @Test
    void row_wrongCount_isRefused() throws IOException {
        try (MetricsCsv csv = new MetricsCsv(file, COLUMNS)) {
            assertThatThrownBy(() -> csv.row(1, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "row must hold 3 values, one for each of [epoch, loss, note],"
                                    + " but was [1, 2]");
        }
        assertThat(file).hasContent("epoch,loss,note\n");
    }

    @Test
    void newTable_sameColumnTwice_isRefused() {
        assertThatThrownBy(() -> new MetricsCsv(file, List.of("a", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("columns must be one or more different names, but was [a, a]");
    }

    @Test
    void resume_sameColumns_continuesAfterTornRow() throws IOException {
        new MetricsCsv(file, COLUMNS).close();
        Files.writeString(file, "1,0.", StandardOpenOption.APPEND);

        try (MetricsCsv csv = MetricsCsv.resume(file, COLUMNS)) {
            csv.row(2, 0.5, null);
        }

        assertThat(Files.readString(file)).isEqualTo("epoch,loss,note\n1,0.\n2,0.5,\n");
    }

    @Test
    void resume_missingFile_startsTable() throws IOException {
        MetricsCsv.resume(file, COLUMNS).close();

        assertThat(file).hasContent("epoch,loss,note\n");
    }

    @Test
    void resume_otherColumns_isRefused() throws IOException {
        new MetricsCsv(file, COLUMNS).close();

        assertThatThrownBy(() -> MetricsCsv.resume(file, List.of("epoch", "loss")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "must be [epoch, loss], but its first line was \"epoch,loss,note\"");
        assertThat(file).hasContent("epoch,loss,note\n");
    }
}
