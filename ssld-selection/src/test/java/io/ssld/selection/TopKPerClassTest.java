package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopKPerClassTest {

    private static final List<SoftLabel> POOL =
            List.of(
                    Labels.row(7, "a", 0, 0.9, 1, 0.1),
                    Labels.row(6, "b", 0, 0.7, 2, 0.2),
                    Labels.row(-1, "c", 1, 0.6, 0, 0.4),
                    Labels.row(5, "d", 0, 0.9, 2, 0.05),
                    Labels.row(4, "e", 2, 0.5, 1, 0.5 - 1e-6));

    @TempDir private Path folder;

    private static TopKPerClass.Builder topK(int k) {
        return TopKPerClass.builder().setK(k);
    }

    /** Class and path of what is kept, as "0a". */
    private static List<String> kept(TopKPerClass.Builder selection, List<SoftLabel> pool)
            throws Exception {
        try (KeptImages kept = selection.build().select(Labels.facts(3, 2), pool)) {
            return kept(kept);
        }
    }

    private static List<String> kept(KeptImages kept) throws Exception {
        List<String> all = new ArrayList<>();
        kept.forEach(each -> all.add(each.classNumber() + each.path()));
        return all;
    }

    @Test
    void select_argMax_keepsTheHighestOfEachClass() throws Exception {
        assertThat(kept(topK(2), POOL)).containsExactly("0d", "0a", "1c", "2e");
        assertThat(kept(topK(1), POOL)).containsExactly("0d", "1c", "2e");
        assertThat(kept(topK(9), POOL)).as("classes with fewer").hasSize(5);
    }

    @Test
    void select_topP_keepsAnImageInSeveralClasses() throws Exception {
        assertThat(kept(topK(2).optTopP(2), POOL))
                .containsExactly("0d", "0a", "1c", "1e", "2e", "2b");
    }

    @Test
    void select_minimumScore_isInclusive() throws Exception {
        assertThat(kept(topK(5).optMinimumScore(0.7f), POOL)).containsExactly("0d", "0a", "0b");
        assertThat(kept(topK(5).optTopP(2).optMinimumScore(0.4f), POOL))
                .containsExactly("0d", "0a", "0b", "0c", "1c", "1e", "2e");
    }

    @Test
    void select_equalScores_goByDigestUnsignedThenPathByCodePoint() throws Exception {
        // U+10000 is above U+FFFD, though its first UTF-16 unit is below.
        List<SoftLabel> pool =
                List.of(
                        Labels.row(-1, "a", 0, 0.5, 1, 0.5),
                        Labels.row(3, "\ud800\udc00", 0, 0.5, 1, 0.5),
                        Labels.row(3, "\ufffd", 0, 0.5, 1, 0.5),
                        Labels.row(2, "z", 0, 0.5, 1, 0.5));
        assertThat(kept(topK(4), pool)).containsExactly("0z", "0\ufffd", "0a");
        assertThat(kept(topK(2), pool)).containsExactly("0z", "0\ufffd");
    }

    @Test
    void select_equalContentsInTwoTables_countOnce() throws Exception {
        Path first = folder.resolve("first.tsv");
        Path second = folder.resolve("second.tsv");
        LabelFacts facts = Labels.facts(3, 2);
        SoftLabelTable.write(first, facts, POOL.iterator());
        SoftLabelTable.write(
                second,
                facts,
                List.of(
                                Labels.row(7, "copy-a", 0, 0.9, 1, 0.1),
                                Labels.row(5, "Copy-d", 0, 0.9, 2, 0.05),
                                Labels.row(1, "f", 0, 0.8, 2, 0.05))
                        .iterator());
        for (List<Path> tables : List.of(List.of(first, second), List.of(second, first))) {
            try (KeptImages kept = topK(3).build().select(tables)) {
                assertThat(kept(kept)).containsExactly("0Copy-d", "0a", "0f", "1c", "2e");
            }
        }
    }

    /** Sorted by the definition, all of it in memory. */
    private static List<String> bruteForce(
            List<SoftLabel> rows, int classes, int k, int p, float least) {
        record Claim(ClassScore score, SoftLabel row) {}
        Comparator<Claim> best =
                Comparator.comparing((Claim c) -> -c.score().probability())
                        .thenComparing(c -> c.row().digestText())
                        .thenComparing(
                                c -> c.row().path().getBytes(StandardCharsets.UTF_8),
                                Arrays::compareUnsigned);
        List<String> kept = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            int wanted = c;
            Set<Long> seen = new HashSet<>();
            rows.stream()
                    .flatMap(
                            row ->
                                    row.scores().stream()
                                            .limit(p)
                                            .map(score -> new Claim(score, row)))
                    .filter(claim -> claim.score().classNumber() == wanted)
                    .filter(claim -> claim.score().probability() >= least)
                    .sorted(best)
                    .filter(claim -> seen.add(claim.row().digest()))
                    .limit(k)
                    .forEach(claim -> kept.add(wanted + claim.row().path()));
        }
        return kept;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "7, 1, 0.3", "40, 1, 0", "1000, 1, 0", "5, 3, 0", "30, 4, 0.25"})
    void select_anyOrderAndSharding_isTheSame(int k, int p, float least) throws Exception {
        List<SoftLabel> rows = Labels.random(3000, 12, 4, k);
        List<String> expected = bruteForce(rows, 12, k, p, least);
        TopKPerClass selection = topK(k).optTopP(p).optMinimumScore(least).build();
        List<byte[]> lists = new ArrayList<>();
        for (int tables : new int[] {1, 2, 9}) {
            List<Path> files = Labels.scatter(rows, Labels.facts(12, 4), tables, folder, tables);
            try (KeptImages kept = selection.select(files)) {
                assertThat(kept.rows()).isEqualTo(3000);
                assertThat(kept(kept)).isEqualTo(expected);
                Path list = folder.resolve("list.txt");
                kept.writeList(list);
                lists.add(Files.readAllBytes(list));
                long different =
                        expected.stream().map(e -> e.replaceFirst("^\\d+", "")).distinct().count();
                assertThat(kept.images()).isEqualTo(different);
                assertThat(ImageList.read(list, folder).entries())
                        .doesNotHaveDuplicates()
                        .hasSize((int) different)
                        .noneMatch(ImageEntry::isLabelled);
            }
        }
        assertThat(lists).allSatisfy(list -> assertThat(list).isEqualTo(lists.get(0)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void select_dayByDay_isTheSameAsAllAgain(long seed) throws Exception {
        LabelFacts facts = Labels.facts(10, 4);
        TopKPerClass selection = topK(25).optTopP(2).build();
        List<SoftLabel> rows = Labels.random(4000, 10, 4, seed);
        Path all = folder.resolve("all.tsv");
        SoftLabelTable.write(all, facts, rows.iterator());
        Path wanted = folder.resolve("all.txt");
        Path wantedTable = folder.resolve("all-kept.tsv");
        try (KeptImages kept = selection.select(List.of(all))) {
            kept.writeList(wanted);
            kept.writeTable(wantedTable);
        }
        Path sofar = null;
        Path list = folder.resolve("days.txt");
        for (Path day : Labels.scatter(rows, facts, 6, folder, seed)) {
            List<Path> tables = sofar == null ? List.of(day) : List.of(sofar, day);
            Path next = folder.resolve("kept-" + day.getFileName());
            try (KeptImages kept = selection.select(tables)) {
                kept.writeTable(next);
                kept.writeList(list);
            }
            sofar = next;
        }
        assertThat(list).hasSameBinaryContentAs(wanted);
        assertThat(sofar).hasSameBinaryContentAs(wantedTable);
        assertThat(Files.size(wantedTable)).isLessThan(Files.size(all) / 4);
    }

    @Test
    void writePseudoLabels_labelsWithTheClassThatKeeps() throws Exception {
        Path list = folder.resolve("pseudo.txt");
        try (KeptImages kept = topK(1).optTopP(2).build().select(Labels.facts(3, 2), POOL)) {
            kept.writePseudoLabels(list);
            assertThat(kept.counts()).containsExactly(1, 1, 1);
            assertThat(kept.images()).isEqualTo(3);
        }
        assertThat(list).hasContent("d 0\nc 1\ne 2\n");
    }

    @Test
    void writeTable_ofMemory_keepsWholeRows() throws Exception {
        Path table = folder.resolve("kept.tsv");
        try (KeptImages kept = topK(1).build().select(Labels.facts(3, 2), POOL)) {
            kept.writeTable(table);
        }
        assertThat(SoftLabelTable.open(table).readAll())
                .extracting(SoftLabel::path)
                .containsExactly("d", "c", "e");
    }

    @Test
    void select_openTables_isTheSameAsOfTheirPaths() throws Exception {
        Path table = folder.resolve("t.tsv");
        SoftLabelTable.write(table, Labels.facts(3, 2), POOL.iterator());
        Path wanted = folder.resolve("wanted.txt");
        Path found = folder.resolve("found.txt");
        try (KeptImages kept = topK(5).build().select(List.of(table));
                KeptImages same = topK(5).build().select(SoftLabelTable.open(table))) {
            kept.writeList(wanted);
            same.writeList(found);
        }
        assertThat(found).hasSameTextualContentAs(wanted).isNotEmptyFile();
    }

    @Test
    void select_oneTableTwice_isAnError() throws Exception {
        Path table = folder.resolve("t.tsv");
        SoftLabelTable.write(table, Labels.facts(3, 2), POOL.iterator());
        assertThatIOException()
                .isThrownBy(() -> topK(5).build().select(List.of(table, table)).close())
                .withMessageContaining("d is there twice");
    }

    @Test
    void select_tablesOfTwoTeachers_areRefused() throws Exception {
        Path one = folder.resolve("1.tsv");
        Path two = folder.resolve("2.tsv");
        SoftLabelTable.write(one, Labels.facts(3, 2), POOL.iterator());
        SoftLabelTable.write(
                two,
                new LabelFacts(3, 2, "teacher", "other", "short side 8, centre 8x8"),
                List.<SoftLabel>of().iterator());
        assertThatIOException()
                .isThrownBy(() -> topK(5).build().select(List.of(one, two)).close())
                .withMessageContaining("2.tsv differ in teacherDigest 'ab12' and 'other'");
    }

    @Test
    void builder_badSettings_sayWhatTheyMustBe() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TopKPerClass.builder().build())
                .withMessage("k must be set before build()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topK(0))
                .withMessage("k must be at least 1, but was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> topK(1).optTopP(0));
        assertThatIllegalArgumentException().isThrownBy(() -> topK(1).optMinimumScore(1.5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topK(1).optTopP(3).build().select(Labels.facts(3, 2), POOL))
                .withMessageContaining("topP must be at most the 2 classes of a row, but was 3");
    }
}
