package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores written from labels instead of asking a teacher. */
class LabelStoreWriterTest {

    private static final float TAIL = -2;

    @TempDir private Path folder;

    private SoftLabelStore record(String name, int topK, int shard) throws IOException {
        ImageList images = LabelFixtures.images(folder.resolve("images"), 11, 10);
        Files.writeString(images.root().resolve("4.png"), "no image");
        try (Model model = LabelFixtures.network(10, 1)) {
            LabelRecorder.Builder recorder =
                    LabelFixtures.recorder(3, 3)
                            .addTeacher(Teacher.of(model))
                            .optTopK(topK)
                            .optSegmentImages(4);
            if (shard > 0) {
                recorder.optShard(shard, 2);
            }
            recorder.build().record(images, folder.resolve(name));
        }
        return SoftLabelStore.open(folder.resolve(name));
    }

    private static void copy(SoftLabelStore store, LabelStoreWriter writer) throws IOException {
        for (long image : store.images()) {
            for (int view = 0; view < store.header().viewCount(); view++) {
                StoredLabel label = store.read(image, view);
                writer.add(image, view, label.classes(), label.logProbabilities(), label.logTail());
            }
        }
    }

    private void assertCopyIsTheStore(SoftLabelStore store) throws IOException {
        Path copy = folder.resolve("copy" + store.digest());
        LabelStoreManifest manifest =
                LabelStoreManifest.fromMap(store.manifest().toMap(), "the test");
        assertThat(manifest).isEqualTo(store.manifest());
        try (LabelStoreWriter writer = LabelStoreWriter.create(copy, manifest)) {
            copy(store, writer);
            assertThat(writer.finish().digest()).isEqualTo(store.digest());
        }
        assertThat(LabelFixtures.bytes(copy)).isEqualTo(LabelFixtures.bytes(store.folder()));
        assertThat(folder.resolve(copy.getFileName() + ".partial")).doesNotExist();
    }

    @Test
    void finish_allLabelsOfAStore_areThatStoreByteForByte() throws Exception {
        SoftLabelStore store = record("store", 2, 0);
        // The unusable image leaves a segment with fewer images, and notes in it.
        assertThat(store.manifest().segments())
                .extracting(LabelStoreManifest.Segment::images)
                .containsExactlyInAnyOrder(4, 3, 3);
        assertThat(store.quarantined()).hasSize(1);
        assertCopyIsTheStore(store);
        assertCopyIsTheStore(record("dense", 10, 0));
        assertCopyIsTheStore(record("share", 2, 2));
    }

    @Test
    void finish_targetIsAnEmptyFolder_isReplaced() throws Exception {
        SoftLabelStore store = record("store", 2, 0);
        Path target = Files.createDirectory(folder.resolve("empty"));
        try (LabelStoreWriter writer = LabelStoreWriter.create(target, store.manifest())) {
            copy(store, writer);
            assertThat(target).isEmptyDirectory();
            writer.finish();
        }
        assertThat(LabelFixtures.bytes(target)).isEqualTo(LabelFixtures.bytes(store.folder()));
    }

    @Test
    void finish_otherLabels_areRefusedUnlessTheManifestSaysSo() throws Exception {
        SoftLabelStore store = record("store", 2, 0);
        Path target = folder.resolve("changed");
        try (LabelStoreWriter writer = LabelStoreWriter.create(target, store.manifest())) {
            fill(store, writer);
            assertThatThrownBy(writer::finish)
                    .isInstanceOf(LabelStoreException.class)
                    .hasMessageContaining("must have the labels of the store with digest")
                    .hasMessageContaining(store.digest());
        }
        assertThat(target).doesNotExist();
        LabelStoreManifest manifest = store.manifest().changed();
        try (LabelStoreWriter writer = LabelStoreWriter.create(target, manifest)) {
            fill(store, writer);
            SoftLabelStore changed = writer.finish();
            assertThat(changed.header().teacher()).isEqualTo("changed(network1)");
            assertThat(changed.header().teacherDigest()).isEmpty();
            StoredLabel label = changed.read(changed.images()[6], 2);
            assertThat(label.classes()).containsExactly(7, 0);
            assertThat(label.logProbabilities()).containsExactly(-0.25f, -1.5f);
            assertThat(label.logTail()).isEqualTo(TAIL);
            changed.verify();
        }
    }

    private static void fill(SoftLabelStore store, LabelStoreWriter writer) throws IOException {
        for (long image : store.images()) {
            for (int view = 0; view < 3; view++) {
                writer.add(image, view, new int[] {7, 0}, new float[] {-0.25f, -1.5f}, TAIL);
            }
        }
    }

    @Test
    void add_labelThatIsNotTheNextOne_isRefusedAndNothingStays() throws Exception {
        SoftLabelStore store = record("store", 2, 0);
        long first = store.images()[0];
        long second = store.images()[1];
        assertRefused(store, "view must be in 0..2, but was 3", at(first, 3));
        assertRefused(store, "but view 0 is missing; labels must be sorted", at(first, 1));
        assertRefused(store, "but view 1 comes twice", at(first, 0), at(first, 1), at(first, 1));
        assertRefused(store, "but view 1 is missing", at(first, 0), at(first, 2));
        assertRefused(store, "but view 2 is missing", at(first, 0), at(first, 1), at(second, 0));
        assertRefused(
                store,
                String.format(Locale.ROOT, "view 0 of image %016x comes twice", first),
                at(first, 0),
                at(first, 1),
                at(first, 2),
                at(first, 0));
        assertRefused(
                store,
                String.format(
                        Locale.ROOT,
                        "must be sorted by image and view, but %016x comes after",
                        first),
                at(second, 0),
                at(second, 1),
                at(second, 2),
                at(first, 0));
        try (LabelStoreWriter writer =
                LabelStoreWriter.create(folder.resolve("new"), store.manifest().changed())) {
            fill(store, writer);
            assertThatThrownBy(() -> writer.add(-1, 0, new int[2], new float[2], 0))
                    .hasMessage("images must be 10, but ffffffffffffffff is one more");
        }
        assertThat(folder.resolve("new")).doesNotExist();
        assertThat(folder.resolve("new.partial")).doesNotExist();
    }

    private record At(long image, int view) {}

    private static At at(long image, int view) {
        return new At(image, view);
    }

    private void assertRefused(SoftLabelStore store, String message, At... labels)
            throws IOException {
        try (LabelStoreWriter writer =
                LabelStoreWriter.create(folder.resolve("new"), store.manifest())) {
            assertThatThrownBy(
                            () -> {
                                for (At at : labels) {
                                    writer.add(
                                            at.image(),
                                            at.view(),
                                            new int[] {1, 2},
                                            new float[] {-1, -2},
                                            TAIL);
                                }
                            })
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
        assertThat(folder.resolve("new")).doesNotExist();
        assertThat(folder.resolve("new.partial")).doesNotExist();
    }

    @Test
    void finish_labelsMissing_tellsHowMany() throws Exception {
        SoftLabelStore store = record("store", 2, 0);
        try (LabelStoreWriter writer =
                LabelStoreWriter.create(folder.resolve("new"), store.manifest())) {
            writer.add(store.images()[0], 0, new int[] {1, 2}, new float[] {-1, -2}, TAIL);
            assertThatThrownBy(writer::finish).hasMessageContaining("view 1 of ");
            writer.add(store.images()[0], 1, new int[] {1, 2}, new float[] {-1, -2}, TAIL);
            writer.add(store.images()[0], 2, new int[] {1, 2}, new float[] {-1, -2}, TAIL);
            assertThatThrownBy(writer::finish)
                    .hasMessageContaining("must have 10 images with 3 views each")
                    .hasMessageContaining("labels of only 1 came");
        }
    }

    @Test
    void create_folderInUse_isRefused() throws Exception {
        SoftLabelStore store = record("store", 2, 0);
        assertThatThrownBy(() -> LabelStoreWriter.create(store.folder(), store.manifest()))
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining("must be a new or empty folder");
        Path target = folder.resolve("new");
        try (LabelStoreWriter writer = LabelStoreWriter.create(target, store.manifest())) {
            assertThatThrownBy(() -> LabelStoreWriter.create(target, store.manifest()))
                    .hasMessageContaining("must have one writer");
            copy(store, writer);
        }
        // As a killed process leaves it, and one that is not ours.
        Path partial = Files.createDirectory(folder.resolve("new.partial"));
        Files.writeString(partial.resolve("segment-000000.bin"), "half");
        LabelStoreWriter.create(target, store.manifest()).close();
        assertThat(partial).doesNotExist();
        Files.createDirectory(partial);
        Path other = Files.writeString(partial.resolve("thesis.txt"), "work of a year");
        assertThatThrownBy(() -> LabelStoreWriter.create(target, store.manifest()))
                .hasMessageContaining("new or empty folder");
        assertThat(other).hasContent("work of a year");
    }

    @Test
    void fromMap_incompleteOrOfAnotherVersion_namesTheKey() throws Exception {
        Map<String, String> whole = record("store", 2, 0).manifest().toMap();
        for (String key : List.copyOf(whole.keySet())) {
            Map<String, String> less = new LinkedHashMap<>(whole);
            less.remove(key);
            assertThatThrownBy(() -> LabelStoreManifest.fromMap(less, "x.parquet"))
                    .isInstanceOf(IOException.class)
                    .hasMessage(key + " must be in the metadata of x.parquet, but is missing");
        }
        assertWrong(whole, "ssld.version", "2", "must be 1 in x.parquet, but was 2");
        assertWrong(whole, "ssld.header", "{", "in x.parquet must hold LabelStoreHeader as");
        assertWrong(whole, "ssld.contents", "{}", "x.parquet");
        assertWrong(
                whole,
                "ssld.contents",
                Objects.requireNonNull(whole.get("ssld.contents"))
                        .replace("\"reason\"", "\"season\""),
                "ssld.contents in x.parquet must hold Contents as JSON, but was without reason");
        assertWrong(
                whole,
                "ssld.contents",
                Objects.requireNonNull(whole.get("ssld.contents"))
                        .replace("\"number\": 1", "\"number\": 2"),
                "segments must be consecutive ones of 3");
    }

    private static void assertWrong(
            Map<String, String> whole, String key, String value, String message) {
        Map<String, String> wrong = new LinkedHashMap<>(whole);
        wrong.put(key, value);
        assertThatThrownBy(() -> LabelStoreManifest.fromMap(wrong, "x.parquet"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
