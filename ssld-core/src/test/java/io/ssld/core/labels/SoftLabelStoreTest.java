package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that are whole, and stores that something happened to. */
class SoftLabelStoreTest {

    @TempDir private Path folder;

    private Path path;
    private List<StoredLabel> labels;

    @BeforeEach
    void record() throws Exception {
        path = folder.resolve("store");
        ImageList images = LabelFixtures.images(folder.resolve("images"), 11, 10);
        Files.writeString(images.root().resolve("4.png"), "no image");
        try (Model model = LabelFixtures.network(10, 1)) {
            LabelFixtures.recorder(3, 3)
                    .addTeacher(Teacher.of(model))
                    .optTopK(2)
                    .optSegmentImages(4)
                    .build()
                    .record(images, path);
        }
        labels = all(SoftLabelStore.open(path));
    }

    private static List<StoredLabel> all(SoftLabelStore store) {
        List<StoredLabel> all = new ArrayList<>();
        for (long image : store.images()) {
            for (int view = 0; view < store.header().viewCount(); view++) {
                all.add(store.read(image, view));
            }
        }
        return all;
    }

    @Test
    void open_wholeStore_knowsWhatItIs() throws Exception {
        SoftLabelStore store = SoftLabelStore.open(path);
        LabelStoreHeader header = store.header();
        assertThat(store.size()).isEqualTo(10);
        assertThat(labels).hasSize(30);
        assertThat(header.teacher()).isEqualTo("network1");
        assertThat(header.teacherDigest()).hasSize(64);
        assertThat(header.recordedViews().views()).isEqualTo(LabelFixtures.VIEWS);
        assertThat(header.seed()).isEqualTo(3);
        assertThat(header.images()).isEqualTo(11);
        assertThat(store.quarantined()).hasSize(1);
        assertThat(store.contains(store.images()[7])).isTrue();
        assertThat(store.contains(0)).isFalse();
        store.verify();
        assertThatThrownBy(() -> store.read(store.images()[0], 3))
                .hasMessageContaining("view must be in 0..2");
    }

    @Test
    void anyBitFlipped_isFoundOnOpenOrReadAndTheFileNamed() throws Exception {
        int flips = 0;
        for (String name : List.of(SegmentFile.name(0), StoreIndex.STORE)) {
            Path file = path.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            // Every byte of a segment; every third of the text, which is checked as one.
            int step = name.equals(StoreIndex.STORE) ? 3 : 1;
            for (int i = 0; i < whole.length; i += step) {
                byte[] flipped = whole.clone();
                flipped[i] ^= (byte) (1 << i % 8);
                Files.write(file, flipped);
                Throwable failure = failure();
                assertThat(failure)
                        .as("byte %d of %s", i, name)
                        .isInstanceOf(LabelStoreException.class)
                        .hasMessageContaining(name.equals(StoreIndex.STORE) ? "label store" : name);
                flips++;
            }
            Files.write(file, whole);
        }
        assertThat(flips).isGreaterThan(500);
        assertThat(failure()).isNull();
    }

    /** What reading everything fails with; null if every label is as it was. */
    private @Nullable Throwable failure() throws IOException {
        try {
            assertThat(all(SoftLabelStore.open(path))).isEqualTo(labels);
            return null;
        } catch (LabelStoreException e) {
            return e;
        } catch (UncheckedIOException e) {
            return e.getCause();
        }
    }

    @Test
    void verify_labelDamaged_namesTheSegment() throws Exception {
        Path file = path.resolve(SegmentFile.name(1));
        byte[] bytes = Files.readAllBytes(file);
        bytes[40] ^= 4;
        Files.write(file, bytes);
        SoftLabelStore store = SoftLabelStore.open(path);
        assertThatThrownBy(store::verify)
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining("segment-000001.bin must have the checksums it tells");
    }

    @Test
    void open_cutOffAnywhere_isRefused() throws Exception {
        for (String name : List.of(SegmentFile.name(1), StoreIndex.STORE)) {
            Path file = path.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int length = 0; length < whole.length; length += 1 + length / 7) {
                Files.write(file, java.util.Arrays.copyOf(whole, length));
                assertThat(failure())
                        .as("%s of %d bytes", name, length)
                        .isInstanceOf(LabelStoreException.class);
            }
            Files.write(file, whole);
        }
        Files.delete(path.resolve(SegmentFile.name(1)));
        assertThat(failure()).hasMessageContaining("it is missing");
    }

    @Test
    void open_hostileBytes_isRefusedWithOneError() throws Exception {
        Random random = new Random(2);
        Path segment = path.resolve(SegmentFile.name(0));
        byte[] whole = Files.readAllBytes(segment);
        for (int trial = 0; trial < 400; trial++) {
            byte[] bytes = whole.clone();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                // Numbers of the head as a rule, which lengths and places come from.
                int at = random.nextInt(random.nextBoolean() ? 32 : bytes.length - 4);
                int value = random.nextBoolean() ? random.nextInt() : Integer.MAX_VALUE - at;
                java.nio.ByteBuffer.wrap(bytes).putInt(at, value);
            }
            Files.write(segment, bytes);
            assertThat(failure()).isInstanceOf(LabelStoreException.class);
        }
    }

    @Test
    void open_otherJson_isRefused() throws Exception {
        Path file = path.resolve(StoreIndex.STORE);
        String whole = Files.readString(file);
        assertRefused(file, "", "cannot be read");
        assertRefused(file, "[]", "cannot be read");
        assertRefused(file, "{}", "but was null of version 0");
        assertRefused(file, "[".repeat(100_000), "must be the JSON of a label store");
        assertRefused(
                file,
                whole.replace("\"version\": 1,\n  \"header", "\"version\": 2,\n  \"header"),
                "but was ssld-labels of version 2");
        assertRefused(file, whole.replace("\"topK\": 2", "\"topK\": 99"), "topK must be at most");
        assertRefused(file, whole.replace("\"topK\": 2", "\"topK\": 3"), "have the checksum");
        assertRefused(file, whole.replace("\"header\"", "\"hader\""), "cannot be read");
    }

    private void assertRefused(Path file, String text, String message) throws IOException {
        Files.writeString(file, text);
        assertThat(failure())
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(StoreIndex.STORE);
    }

    @Test
    void open_segmentOfAnotherPlace_isRefused() throws Exception {
        Files.copy(
                path.resolve(SegmentFile.name(0)),
                path.resolve(SegmentFile.name(1)),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(failure()).hasMessageContaining("segment-000001.bin must be segment 1 of this");
    }

    @Test
    void open_noStore_isRefused() {
        assertThatThrownBy(() -> SoftLabelStore.open(folder.resolve("images")))
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining("there is no store.json in it");
    }

    @Test
    void header_segmentsTooLarge_areRefused() throws Exception {
        LabelStoreHeader header = SoftLabelStore.open(path).header();
        assertThatThrownBy(
                        () ->
                                new LabelStoreHeader(
                                        "t",
                                        "",
                                        header.views(),
                                        0,
                                        1000,
                                        8,
                                        8,
                                        header.normalization(),
                                        "d",
                                        1000,
                                        1000,
                                        8,
                                        100_000,
                                        "",
                                        4096))
                .hasMessageContaining("segments must be below 2 GB");
    }
}
