package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoftLabelTableTest {

    @TempDir private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("labels.tsv");
    }

    @Test
    void write_rows_areTextAsDocumented() throws Exception {
        SoftLabelTable.write(
                file,
                Labels.facts(40, 3),
                List.of(
                                Labels.row(
                                        0x0f3a6c8e91b2d475L,
                                        "a b.jpg",
                                        7,
                                        0.9123456,
                                        31,
                                        4.12e-2,
                                        2,
                                        1.5e-7))
                        .iterator());
        assertThat(file)
                .hasContent(
                        """
                        #ssld-soft-labels\t1
                        #classes\t40
                        #top\t3
                        #teacher\tteacher
                        #teacher-digest\tab12
                        #view\tshort side 8, centre 8x8
                        digest\tpath\tclass\tprobabilities
                        0f3a6c8e91b2d475\ta b.jpg\t7\t7:0.912346 31:0.0412 2:1.5e-7
                        #rows\t1
                        """);
    }

    @Test
    void readAll_anyRows_givesBackWhatWasWritten() throws Exception {
        // Far more than the reader's buffer.
        List<SoftLabel> rows = Labels.random(20_000, 30, 5, 1);
        SoftLabelTable.write(file, Labels.facts(30, 5), rows.iterator());
        SoftLabelTable table = SoftLabelTable.open(file);
        assertThat(Files.size(file)).isGreaterThan(1_000_000);
        assertThat(table.facts()).isEqualTo(Labels.facts(30, 5));
        assertThat(table.readAll()).isEqualTo(rows);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tab\there",
                "line\nfeed",
                "back\\slash",
                "\\t",
                "\r",
                "\u00fc \u732b",
                " x "
            })
    void readAll_strangePath_isKept(String path) throws Exception {
        SoftLabel row = Labels.row(-1, path, 0, 1);
        SoftLabelTable.write(file, Labels.facts(1, 1), List.of(row).iterator());
        assertThat(SoftLabelTable.open(file).readAll()).containsExactly(row);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "0.5, 0.5",
        "0.1234564, 0.123456",
        "0.1234566, 0.123457",
        "1e-4, 0.0001",
        "1.234567e-5, 1.23457e-5",
        "1e-45, 1.4013e-45",
        "0.9999999, 1"
    })
    void format_probability_hasSixDigitsAndReadsBack(float value, String text) throws Exception {
        SoftLabel row = Labels.row(5, "a", 0, value);
        SoftLabelTable.write(file, Labels.facts(1, 1), List.of(row).iterator());
        assertThat(file).content().contains("\t0:" + text + "\n");
        float read = SoftLabelTable.open(file).readAll().get(0).scores().get(0).probability();
        assertThat(read).isEqualTo(Float.parseFloat(text));
    }

    @Test
    void readAll_cutOffAnywhere_isAnError() throws Exception {
        SoftLabelTable.write(file, Labels.facts(9, 2), Labels.random(5, 9, 2, 3).iterator());
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThatIOException()
                    .as("%d bytes", length)
                    .isThrownBy(() -> SoftLabelTable.open(file).readAll())
                    .withMessageContaining("labels.tsv");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0f3a6c8e91b2d47\ta\t1\t1:0.5 0:0.5",
                "0f3a6c8e91b2d4751\ta\t1\t1:0.6 0:0.4",
                "xf3a6c8e91b2d475\ta\t1\t1:0.6 0:0.4",
                "0f3a6c8e91b2d475\t\t1\t1:0.6 0:0.4",
                "0f3a6c8e91b2d475\ta\\x\t1\t1:0.6 0:0.4",
                "0f3a6c8e91b2d475\ta\t0\t1:0.6 0:0.4",
                "0f3a6c8e91b2d475\ta\t1\t1:0.6",
                "0f3a6c8e91b2d475\ta\t1\t1:0.6 0:0.4 2:0",
                "0f3a6c8e91b2d475\ta\t1\t1:0.4 0:0.6",
                "0f3a6c8e91b2d475\ta\t1\t1:0.5 0:0.5",
                "0f3a6c8e91b2d475\ta\t1\t1:0.6 1:0.4",
                "0f3a6c8e91b2d475\ta\t3\t3:0.6 0:0.4",
                "0f3a6c8e91b2d475\ta\t1\t1:1.6 0:0.4",
                "0f3a6c8e91b2d475\ta\t1\t1:-0.6 0:0.4",
                "0f3a6c8e91b2d475\ta\t1\t1:NaN 0:0.4",
                "0f3a6c8e91b2d475\ta\t1\t1:. 0:0.4",
                "0f3a6c8e91b2d475\ta\t1\t1:0.60000000000000000000 0:0.4",
                "0f3a6c8e91b2d475\ta",
                "",
                "#rows\t7"
            })
    void readAll_malformedRow_namesFileAndLine(String row) throws Exception {
        Files.writeString(
                file,
                String.join("\n", Labels.facts(3, 2).toLines()) + "\n" + row + "\n#rows\t1\n");
        assertThatIOException()
                .isThrownBy(() -> SoftLabelTable.open(file).readAll())
                .withMessageContaining("labels.tsv, line 8: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.jpg 3\n",
                "#ssld-soft-labels\t2\n",
                "#ssld-soft-labels\t1\n#classes\t3\ndigest\tpath\tclass\tprobabilities\n"
            })
    void open_otherFile_saysWhatItMustBe(String content) throws Exception {
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        assertThatIOException()
                .isThrownBy(() -> SoftLabelTable.open(file))
                .withMessageContaining("labels.tsv")
                .withMessageContaining("must");
    }

    @Test
    void write_rowOfOtherSize_leavesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                SoftLabelTable.write(
                                        file,
                                        Labels.facts(3, 2),
                                        List.of(Labels.row(1, "a", 0, 1)).iterator()))
                .withMessage("row of a must hold 2 classes, but holds 1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                SoftLabelTable.write(
                                        file,
                                        Labels.facts(3, 1),
                                        List.of(Labels.row(1, "a", 3, 1)).iterator()))
                .withMessage("row of a must hold classes below 3, but holds 3");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void softLabel_scoresOutOfOrder_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.row(1, "a", 0, 0.3, 1, 0.7))
                .withMessageContaining("likeliest first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.row(1, "a", 1, 0.5, 0, 0.5))
                .withMessageContaining("likeliest first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.row(1, "a", 1, 0.5, 1, 0.25))
                .withMessageContaining("each class once");
        assertThat(Labels.row(-2, "a", 4, 0.5).digestText()).isEqualTo("fffffffffffffffe");
        assertThat(Labels.row(-2, "a", 4, 0.5).argMax()).isEqualTo(4);
    }

    @Test
    void tableWithCarriageReturns_isReadAsWithout() throws Exception {
        List<SoftLabel> rows =
                List.of(
                        Labels.row(1L, "a\rb.jpg", 7, 0.9, 31, 4e-2, 2, 1e-7),
                        Labels.row(2L, "c.jpg", 1, 0.8, 2, 0.1, 3, 0.05));
        SoftLabelTable.write(file, Labels.facts(40, 3), rows.iterator());
        Path windows = folder.resolve("windows.tsv");
        Files.writeString(windows, Files.readString(file).replace("\n", "\r\n"));
        assertThat(SoftLabelTable.open(windows).facts()).isEqualTo(Labels.facts(40, 3));
        assertThat(SoftLabelTable.open(windows).readAll()).isEqualTo(rows);
        Path kept = folder.resolve("kept.tsv");
        try (KeptImages images = TopKPerClass.builder().setK(5).build().select(List.of(windows))) {
            images.writeTable(kept);
        }
        assertThat(SoftLabelTable.open(kept).readAll()).containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void listsOfTablesElsewhere_readBackFromWhereTheyLie() throws Exception {
        Path one = Files.createDirectories(folder.resolve("one")).resolve("t.tsv");
        Path two = Files.createDirectories(folder.resolve("two")).resolve("t.tsv");
        SoftLabelTable.write(
                one, Labels.facts(40, 1), List.of(Labels.row(1L, "a.jpg", 7, 0.9)).iterator());
        SoftLabelTable.write(
                two, Labels.facts(40, 1), List.of(Labels.row(2L, "a.jpg", 8, 0.9)).iterator());
        Path list = folder.resolve("two/list.txt");
        Path kept = folder.resolve("kept.tsv");
        try (KeptImages images = TopKPerClass.builder().setK(5).build().select(List.of(one, two))) {
            images.writeList(list, null);
            images.writeTable(kept, null);
        }
        assertThat(list).hasContent(folder.resolve("one/a.jpg") + "\na.jpg\n");
        assertThat(SoftLabelTable.open(kept).readAll())
                .extracting(SoftLabel::path)
                .containsExactly("one/a.jpg", "two/a.jpg");
    }
}
