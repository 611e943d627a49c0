package io.ssld.cli.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.cli.parquet.SmallStore.Row;
import io.ssld.core.labels.LabelStoreException;
import io.ssld.core.labels.SoftLabelStore;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores as Parquet and back, also by way of other programs, and files that are wrong. */
class LabelParquetTest {

    @TempDir private Path folder;

    @SuppressWarnings("NullAway.Init")
    private SoftLabelStore store;

    @SuppressWarnings("NullAway.Init")
    private Path exported;

    @BeforeEach
    void export() throws IOException {
        store = SmallStore.write(folder.resolve("store"), SmallStore.TOP);
        exported = folder.resolve("exported.parquet");
        assertThat(LabelParquet.write(store, exported)).isEqualTo(21);
    }

    private static Map<String, String> bytes(Path store) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(store).sorted()) {
            for (Path file : files.filter(f -> !f.endsWith(".lock")).toList()) {
                all.put(
                        file.getFileName().toString(),
                        HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    private static Path fixture(String name) throws URISyntaxException {
        URL url = Objects.requireNonNull(LabelParquetTest.class.getResource(name), name);
        return Path.of(url.toURI());
    }

    private void assertIsTheStore(List<Path> files, boolean described) throws IOException {
        Path back = folder.resolve("back");
        LabelParquet.read(files, described ? exported : null, false, back).verify();
        assertThat(bytes(back)).isEqualTo(bytes(store.folder()));
    }

    @Test
    void exported_importedAgain_isTheStoreByteForByte() throws Exception {
        assertIsTheStore(List.of(exported), false);
        assertThat(bytes(store.folder()).keySet())
                .contains("store.json", "quarantine.csv", "segment-000002.bin");
    }

    @Test
    void exported_allClasses_comeBackToo() throws Exception {
        SoftLabelStore dense = SmallStore.write(folder.resolve("dense"), SmallStore.CLASSES);
        LabelParquet.write(dense, exported);
        SoftLabelStore back =
                LabelParquet.read(List.of(exported), null, false, folder.resolve("back"));
        assertThat(bytes(back.folder())).isEqualTo(bytes(dense.folder()));
    }

    @Test
    void write_twice_isTheSameFile() throws Exception {
        Path again = folder.resolve("again.parquet");
        LabelParquet.write(store, again);
        assertThat(again).hasSameBinaryContentAs(exported);
    }

    @Test
    void write_manyGroups_areReadInOrder() throws Exception {
        // Two rows a group, of which the last has one.
        Path file = write("groups", SmallStore.rows(2), 2 * (32 + 16));
        try (ParquetInput input = ParquetInput.open(file)) {
            assertThat(input.groups()).hasSize(11);
        }
        assertIsTheStore(List.of(file), false);
    }

    @Test
    void write_damagedStore_isRefusedAndTheFileStays() throws Exception {
        byte[] before = Files.readAllBytes(exported);
        Path segment = store.folder().resolve("segment-000001.bin");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[40] ^= 1;
        Files.write(segment, bytes);
        SoftLabelStore damaged = SoftLabelStore.open(store.folder());
        assertThatThrownBy(() -> LabelParquet.write(damaged, exported))
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining("segment-000001.bin");
        assertThat(exported).hasBinaryContent(before);
    }

    /** Made by make_fixtures.py from {@link #exported}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pyarrow_snappy",
                "pyarrow_gzip_v2",
                "pyarrow_lz4_plain",
                "pyarrow_delta",
                "pyarrow_nullable",
                "duckdb_snappy",
                "duckdb_zstd_v2"
            })
    void read_writtenByOthers_isTheStoreByteForByte(String name) throws Exception {
        assertIsTheStore(List.of(fixture(name + ".parquet")), true);
    }

    @Test
    void read_severalFiles_areOneStore() throws Exception {
        List<Row> rows = SmallStore.rows(2);
        Path one = write("one", rows.subList(0, 8), 1 << 20);
        Path two = write("two", rows.subList(8, 21), 1 << 20);
        assertIsTheStore(List.of(one, two), false);
        assertWrong(List.of(two, one), "two.parquet, row 1: image 4924924924924a47 must have all");
        assertWrong(List.of(one), "must have 7 images with 3 views each, but view 2 of");
        assertWrong(List.of(one, exported), "exported.parquet, row 1: image 4924924924924a47");
    }

    @Test
    void read_labelsChanged_onlyIfThatIsSaid() throws Exception {
        List<Row> rows = SmallStore.rows(2);
        Row third = rows.get(2);
        rows.set(2, new Row(third.image(), 2, new int[] {4, 0}, new float[] {-0.3f, -2}, -9));
        Path file = write("changed", rows, 1 << 20);
        assertWrong(List.of(file), "must have the labels of the store with digest " + digest());
        SoftLabelStore changed =
                LabelParquet.read(List.of(file), null, true, folder.resolve("new"));
        assertThat(changed.header().teacher()).isEqualTo("changed(teacher <ü>)");
        // The half nearest to -0.3.
        assertThat(changed.read(0x123, 2).logProbabilities()).containsExactly(-0.30004883f, -2);
        assertThat(changed.read(0x123, 2).classes()).containsExactly(4, 0);
    }

    private String digest() {
        return store.digest();
    }

    private Path write(String name, List<Row> rows, long groupBytes) throws IOException {
        Path file = folder.resolve(name + ".parquet");
        AtomicFiles.writeChannel(
                file,
                channel -> {
                    try (LabelFileWriter writer = new LabelFileWriter(channel, 2, groupBytes)) {
                        for (Row row : rows) {
                            writer.add(
                                    Binary.fromString(row.image()),
                                    row.view(),
                                    row.indices(),
                                    row.logProbabilities(),
                                    row.logTail());
                        }
                        writer.finish(store.manifest().toMap());
                    }
                });
        return file;
    }

    private void assertWrong(List<Path> files, String message) {
        Path target = folder.resolve("new");
        assertThatThrownBy(() -> LabelParquet.read(files, null, false, target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
        assertThat(target).doesNotExist();
        assertThat(folder.resolve("new.partial")).doesNotExist();
    }

    private void assertWrongRow(int at, Row row, String message) throws IOException {
        List<Row> rows = SmallStore.rows(2);
        rows.set(at, row);
        Path file = write("wrong", rows, 1 << 20);
        assertWrong(
                List.of(file), String.format(Locale.ROOT, "%s, row %d: %s", file, at + 1, message));
    }

    @Test
    void read_wrongLabel_namesFileAndRow() throws Exception {
        String second = SmallStore.rows(2).get(3).image();
        int[] classes = {1, 2};
        float[] values = {-1, -2};
        assertWrongRow(
                3,
                new Row(second, 0, new int[] {1, 5}, values, -3),
                "class must be in 0..4, but was 5");
        assertWrongRow(
                3,
                new Row(second, 0, new int[] {1, 1}, values, -3),
                "classes must differ, but 1 is named twice");
        assertWrongRow(
                3,
                new Row(second, 0, new int[] {1, 2, 3}, new float[] {-1, -2, -3}, -3),
                "indices must hold the 2 classes of a label, but held 3");
        assertWrongRow(
                3,
                new Row(second, 0, new int[] {1}, new float[] {-1}, -3),
                "indices must hold the 2 classes of a label, but held 1");
        assertWrongRow(
                3,
                new Row(second, 0, classes, new float[] {-1, Float.NaN}, -3),
                "log-probability of class 2 must be finite and at most 0, but was NaN");
        assertWrongRow(
                3,
                new Row(second, 0, classes, new float[] {0.5f, -1}, -3),
                "log-probability of class 1 must be finite and at most 0, but was 0.5");
        assertWrongRow(
                3,
                new Row(second, 0, classes, new float[] {-2, -1}, -3),
                "classes must stand likeliest first");
        assertWrongRow(
                3,
                new Row(second, 0, classes, values, Float.POSITIVE_INFINITY),
                "tail must be finite and at most 0, but was Infinity");
        assertWrongRow(
                3,
                new Row("123", 0, classes, values, -3),
                "image must be the first 16 digits of a SHA-256 in lower case, but was 123");
        assertWrongRow(
                3,
                new Row(second.toUpperCase(Locale.ROOT), 0, classes, values, -3),
                "image must be the first");
    }

    @Test
    void read_labelTwiceOrMissing_namesFileAndRow() throws Exception {
        List<Row> rows = SmallStore.rows(2);
        assertWrongRow(4, rows.get(3), "image 24924924924925b5 must have all of its 3 views");
        assertWrongRow(3, rows.get(2), "labels must be one for each image and view, but view 2");
        assertWrongRow(4, rows.get(5), "image 24924924924925b5 must have all of its 3 views");
        assertWrongRow(5, rows.get(6), "image 24924924924925b5 must have all of its 3 views");
        assertWrongRow(
                3,
                new Row(rows.get(3).image(), -1, new int[] {1, 2}, new float[] {-1, -2}, -3),
                "view must be in 0..2, but was -1");
        assertWrong(List.of(write("fewer", rows.subList(0, 18), 1 << 20)), "labels of only 6 came");
        assertWrong(List.of(write("none", List.of(), 1 << 20)), "labels of only 0 came");
    }

    /** Made by make_fixtures.py. */
    @Test
    void read_otherColumns_namesTheColumn() throws Exception {
        assertWrongColumns("no_tail", "must have the column log_tail (float), but has [image, ");
        assertWrongColumns("view_int64", "must have the column view as int32, but has it as ");
        assertWrongColumns("indices_int64", "must have the column indices as list of int32, but");
        assertWrongColumns("tail_double", "must have the column log_tail as float, but");
        assertWrongColumns("tail_list", "must have the column log_tail as float, but");
        assertWrongColumns("indices_flat", "must have the column indices as list of int32, but");
        assertWrongColumns("tail_null", "row 5: log_tail must be there in each row, but is null");
        assertWrongColumns("index_null", "row 5: indices must be there in each row, but is null");
        assertWrongColumns("list_empty", "row 5: indices must be there in each row, but is null");
        assertWrongColumns("brotli", "row 1: compression must be zstd, snappy, gzip, lz4_raw or");
    }

    private void assertWrongColumns(String name, String message) throws Exception {
        Path file = fixture("wrong_" + name + ".parquet");
        Path target = folder.resolve("new");
        assertThatThrownBy(() -> LabelParquet.read(List.of(file), exported, false, target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
        assertThat(target).doesNotExist();
    }

    @Test
    void read_metadataMissing_namesTheOption() throws Exception {
        Path duck = fixture("duckdb_snappy.parquet");
        assertWrong(List.of(duck), "has no ssld.format; name the file that was exported with");
        Path target = folder.resolve("new");
        assertThatThrownBy(() -> LabelParquet.read(List.of(exported), duck, false, target))
                .hasMessageContaining("must tell in its metadata what its labels are of");
        Path other = folder.resolve("other.parquet");
        LabelParquet.write(SmallStore.write(folder.resolve("dense"), 5), other);
        assertWrong(List.of(exported, other), "must be of the store of the files before");
    }

    @Test
    void read_existingStore_isRefusedAndStays() throws Exception {
        Map<String, String> before = bytes(store.folder());
        assertThatThrownBy(() -> LabelParquet.read(List.of(exported), null, false, store.folder()))
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining("must be a new or empty folder");
        assertThat(bytes(store.folder())).isEqualTo(before);
    }

    @Test
    void read_noParquetOrCutOff_isRefused() throws Exception {
        Path file = folder.resolve("cut.parquet");
        byte[] whole = Files.readAllBytes(exported);
        for (int length = 0; length < whole.length; length += 1 + length / 9) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertWrong(List.of(file), file + " must be a whole Parquet file, but ");
        }
        Files.writeString(file, "image,view,indices\n".repeat(30));
        assertWrong(List.of(file), file + " must be a whole Parquet file, but is no Parquet file");
    }

    /** Parts that nobody reads, such as statistics, may differ; labels never. */
    @Test
    void read_anyBitFlipped_isRefusedOrTheSameStore() throws Exception {
        byte[] whole = Files.readAllBytes(exported);
        int refused = 0;
        for (int i = 0; i < whole.length; i += 31) {
            byte[] flipped = whole.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            Path file = Files.write(folder.resolve("flipped.parquet"), flipped);
            Path back = folder.resolve("flip" + i);
            Optional<IOException> failure = failure(file, back);
            if (failure.isEmpty()) {
                assertThat(bytes(back)).as("byte %d", i).isEqualTo(bytes(store.folder()));
            } else {
                assertThat(back).doesNotExist();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length / 31 / 3);
    }

    /** Anything but an {@link IOException} fails the test. */
    private static Optional<IOException> failure(Path file, Path target) {
        try {
            LabelParquet.read(List.of(file), null, false, target);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }
}
