package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.ssld.base.internal.FolderLock;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.data.internal.ImageBatches;
import io.ssld.core.data.internal.ImageContents;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.teacher.TeacherMode;
import io.ssld.images.view.RandAugment;
import io.ssld.images.view.RandomErasing;
import io.ssld.images.view.View;
import io.ssld.images.view.ViewSampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelRecorderTest {

    @TempDir private Path folder;

    private Path store(String name) {
        return folder.resolve(name);
    }

    @Test
    void record_tenThousandViews_replaysPixelsAndLabels() throws Exception {
        int views = 50;
        ImageList images = LabelFixtures.images(store("images"), 200, 10);
        ViewSampler sampler =
                ViewSampler.builder()
                        .optArea(0.2, 1)
                        .optRandAugment(RandAugment.M9)
                        .optErasing(RandomErasing.ALWAYS.withProbability(0.5))
                        .build();
        List<Integer> seen = new ArrayList<>();
        try (Model model = LabelFixtures.network(10, 1)) {
            Teacher live = Teacher.of(model);
            Teacher watched =
                    inputs -> {
                        pixels(inputs.head()).forEach(row -> seen.add(Arrays.hashCode(row)));
                        return live.logits(inputs);
                    };
            LabelRecorder.builder()
                    .addTeacher(watched)
                    .setViews(sampler)
                    .setViewCount(views)
                    .setSize(LabelFixtures.SIZE)
                    .optSeed(9)
                    .optTopK(10)
                    .optBatchSize(64)
                    .optWorkers(3)
                    .build()
                    .record(images, store("store"));
            // The first batch is one of zeros that tells the number of classes.
            List<Integer> recorded = seen.subList(64, seen.size());
            SoftLabelStore store = SoftLabelStore.open(store("store"));
            List<Long> order = ImageContents.of(images, 2).digests();
            ImageBatches source =
                    ImageBatches.builder()
                            .setImages(images)
                            .setSize(LabelFixtures.SIZE)
                            .setBatchSize(40)
                            .optViews(sampler.forRun(9))
                            .optViewCount(views)
                            .optSeed(77)
                            .optWorkers(2)
                            .build();
            int compared = 0;
            for (int pass = 0; pass < views; pass++) {
                compared += compare(source, pass, live, store, order, recorded);
            }
            assertThat(compared).isEqualTo(10_000);
        }
    }

    /** Compares the views of a pass with what the teacher saw and said when recording. */
    private static int compare(
            ImageBatches source,
            int pass,
            Teacher live,
            SoftLabelStore store,
            List<Long> order,
            List<Integer> recorded)
            throws Exception {
        int compared = 0;
        int views = store.header().viewCount();
        try (NDManager manager = NDManager.newBaseManager();
                BatchIterator batches = source.pass(manager, pass)) {
            for (ExampleBatch next = batches.next(); next != null; next = batches.next()) {
                try (ExampleBatch batch = next) {
                    List<float[]> rows = pixels(batch.inputs().head());
                    float[] said = live.logits(batch.inputs()).logSoftmax(1).toFloatArray();
                    float[] stored = new float[10];
                    for (int i = 0; i < rows.size(); i++) {
                        ViewKey key = batch.keys().get(i);
                        assertThat(key.view()).isEqualTo(pass);
                        int place = order.indexOf(key.digest()) * views + key.view();
                        assertThat(Arrays.hashCode(rows.get(i))).isEqualTo(recorded.get(place));
                        store.readAll(key.digest(), key.view(), TailPolicy.SPREAD, stored, 0);
                        for (int c = 0; c < 10; c++) {
                            float value = said[i * 10 + c];
                            // Half a unit in the last of 11 bits, and the rounding of another
                            // batch.
                            if (!(Math.abs(stored[c] - value)
                                    <= 0x1p-11 * Math.abs(value) + 2e-6)) {
                                throw new AssertionError(stored[c] + " is not " + value);
                            }
                        }
                        compared++;
                    }
                }
            }
        }
        return compared;
    }

    private static List<float[]> pixels(NDArray images) {
        float[] all = images.toFloatArray();
        int size = all.length / (int) images.size(0);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < images.size(0); i++) {
            rows.add(Arrays.copyOfRange(all, i * size, (i + 1) * size));
        }
        return rows;
    }

    @Test
    void record_tenOfAThousandClasses_takesAtMost44BytesAView() throws Exception {
        int views = 30;
        ImageList images = LabelFixtures.images(store("images"), 400, 10);
        try (Model model = LabelFixtures.network(1000, 1)) {
            LabelFixtures.recorder(views, 64)
                    .addTeacher(Teacher.of(model))
                    .build()
                    .record(images, store("store"));
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(store("store"))) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        assertThat((double) bytes / (400 * views)).isBetween(42.0, 44.0);
    }

    @Test
    void record_stoppedAtAnyBatch_endsAsInOneGo() throws Exception {
        ImageList images = damaged(LabelFixtures.images(store("images"), 20, 10));
        try (Model model = LabelFixtures.network(10, 1)) {
            LabelRecorder.Builder whole = settings(model);
            int[] batches = {0};
            whole.addListener(progress -> batches[0]++).build().record(images, store("whole"));
            Map<String, String> expected = LabelFixtures.bytes(store("whole"));
            assertThat(batches[0]).isGreaterThan(12);
            for (int stop = 1; stop <= batches[0]; stop += 3) {
                int last = stop;
                int[] count = {0};
                LabelRecorder dying =
                        settings(model)
                                .addListener(
                                        progress -> {
                                            if (++count[0] == last) {
                                                throw new IllegalStateException("killed");
                                            }
                                        })
                                .build();
                Path store = store("run" + stop);
                assertThatThrownBy(() -> dying.record(images, store)).hasMessage("killed");
                assertThatThrownBy(() -> SoftLabelStore.open(store))
                        .isInstanceOf(LabelStoreException.class)
                        .hasMessageContaining("its recording has not ended");
                tear(store, stop);
                RecordingResult result = settings(model).build().record(images, store);
                assertThat(LabelFixtures.bytes(store))
                        .as("stopped at %d", stop)
                        .isEqualTo(expected);
                assertThat(result.images()).isEqualTo(18);
                assertThat(result.quarantined()).hasSize(3);
            }
        }
    }

    private static LabelRecorder.Builder settings(Model model) {
        return LabelFixtures.recorder(6)
                .addTeacher(Teacher.of(model))
                .optTopK(3)
                .optSegmentImages(16);
    }

    /** Half of an entry behind the last whole one, as a kill in the middle of a write leaves it. */
    private static void tear(Path store, int bytes) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".journal")).toList()) {
                byte[] whole = Files.readAllBytes(file);
                byte[] more = Arrays.copyOf(whole, whole.length + bytes);
                Files.write(file, bytes % 2 == 0 ? more : Arrays.copyOf(whole, whole.length - 1));
            }
        }
    }

    /** One that is cut off, one that is text, one that is missing, and a copy of another. */
    private ImageList damaged(ImageList images) throws IOException {
        Path root = images.root();
        byte[] whole = Files.readAllBytes(root.resolve("3.png"));
        Files.write(root.resolve("3.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(root.resolve("17.png"), "text");
        Files.copy(root.resolve("2.png"), root.resolve("copy.png"));
        Path copy = Path.of("copy.png");
        Path gone = Path.of("gone.png");
        return images.merge(
                new ImageList(
                        root,
                        List.of(
                                io.ssld.core.data.ImageEntry.unlabelled(copy),
                                io.ssld.core.data.ImageEntry.unlabelled(gone))));
    }

    @Test
    void record_unusableImages_areToldAndHaveNoLabels() throws Exception {
        ImageList images = damaged(LabelFixtures.images(store("images"), 20, 10));
        try (Model model = LabelFixtures.network(10, 1)) {
            List<RecordingProgress> told = new ArrayList<>();
            RecordingResult result =
                    settings(model).addListener(told::add).build().record(images, store("s"));
            assertThat(result.quarantined())
                    .extracting(bad -> bad.path().toString())
                    .containsExactly("17.png", "3.png", "gone.png");
            RecordingProgress last = told.get(told.size() - 1);
            assertThat(last.done()).isEqualTo(last.total()).isEqualTo(20 * 6);
            assertThat(Files.readString(store("s").resolve("quarantine.csv")))
                    .contains("\"gone.png\",\"file not found\"");
            SoftLabelStore store = SoftLabelStore.open(store("s"));
            assertThat(store.size()).isEqualTo(18);
            assertThat(store.quarantined()).isEqualTo(result.quarantined());
            assertThatThrownBy(() -> store.read(1, 0)).hasMessageContaining("but 1 has none");
        }
    }

    @Test
    void merge_sharesInAnyOrder_areTheWholeByteForByte() throws Exception {
        ImageList images = damaged(LabelFixtures.images(store("images"), 70, 10));
        try (Model model = LabelFixtures.network(10, 1)) {
            settings(model).build().record(images, store("whole"));
            for (int i = 1; i <= 3; i++) {
                settings(model).optShard(i, 3).build().record(images, store("share" + i));
            }
            assertThat(SoftLabelStore.open(store("share2")).isWhole()).isFalse();
            assertThatThrownBy(() -> ReplayTeacher.of(SoftLabelStore.open(store("share2"))))
                    .hasMessageContaining("share 2/3");
            assertThatThrownBy(
                            () ->
                                    LabelStores.merge(
                                            List.of(store("share1"), store("share3")), store("m1")))
                    .isInstanceOf(LabelStoreException.class)
                    .hasMessageContaining("is in none of them");
            assertThatThrownBy(
                            () ->
                                    LabelStores.merge(
                                            List.of(store("share1"), store("share1")), store("m2")))
                    .hasMessageContaining("hold segments of its own");
            LabelStores.merge(
                    List.of(store("share3"), store("share1"), store("share2")), store("merged"));
            assertThat(LabelFixtures.bytes(store("merged")))
                    .isEqualTo(LabelFixtures.bytes(store("whole")));
            settings(model)
                    .optNormalization(Normalization.HALF)
                    .optShard(2, 3)
                    .build()
                    .record(images, store("other"));
            assertThatThrownBy(
                            () ->
                                    LabelStores.merge(
                                            List.of(store("share1"), store("other")), store("m3")))
                    .hasMessageContaining("normalization is");
        }
    }

    @Test
    void merge_sharesOfOneSegment_areNearlyEqualAndAllWanted() throws Exception {
        ImageList images = LabelFixtures.images(store("images"), 40, 10);
        try (Model model = LabelFixtures.network(10, 1)) {
            LabelRecorder.Builder whole = LabelFixtures.recorder(2).addTeacher(Teacher.of(model));
            whole.build().record(images, store("whole"));
            List<Path> shares = new ArrayList<>();
            List<Long> sizes = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                LabelRecorder.Builder one = LabelFixtures.recorder(2).addTeacher(Teacher.of(model));
                sizes.add(one.optShard(i, 3).build().record(images, store("share" + i)).images());
                shares.add(store("share" + i));
            }
            assertThat(sizes).containsExactly(13L, 13L, 14L);
            LabelStores.merge(shares, store("merged"));
            assertThat(LabelFixtures.bytes(store("merged")))
                    .isEqualTo(LabelFixtures.bytes(store("whole")));
            assertThatThrownBy(() -> LabelStores.merge(shares.subList(1, 3), store("m1")))
                    .isInstanceOf(LabelStoreException.class)
                    .hasMessageContaining("share 1/3 is in none of them");
            for (int i = 1; i <= 50; i++) {
                LabelRecorder.Builder one = LabelFixtures.recorder(2).addTeacher(Teacher.of(model));
                one.optShard(i, 50).build().record(images, store("tiny" + i));
            }
            List<Path> tiny = new ArrayList<>();
            for (int i = 1; i <= 50; i++) {
                tiny.add(store("tiny" + i));
            }
            // Ten of them have no image, and are wanted all the same.
            assertThatThrownBy(() -> LabelStores.merge(tiny.subList(1, 50), store("m2")))
                    .hasMessageContaining("share 1/50 is in none of them");
            LabelStores.merge(tiny, store("all"));
            assertThat(LabelFixtures.bytes(store("all")))
                    .isEqualTo(LabelFixtures.bytes(store("whole")));
        }
    }

    @Test
    void record_severalTeachers_recordsTheirMean() throws Exception {
        ImageList images = LabelFixtures.images(store("images"), 8, 10);
        try (Model one = LabelFixtures.network(10, 1);
                Model two = LabelFixtures.network(10, 2)) {
            for (Model model : List.of(one, two)) {
                LabelFixtures.recorder(2)
                        .addTeacher(Teacher.of(model))
                        .build()
                        .record(images, store(model.getName()));
            }
            LabelFixtures.recorder(2)
                    .addTeacher(Teacher.of(one))
                    .addTeacher(Teacher.of(two))
                    .build()
                    .record(images, store("both"));
        }
        SoftLabelStore both = SoftLabelStore.open(store("both"));
        for (long image : both.images()) {
            float[] a = new float[10];
            float[] b = new float[10];
            float[] mean = new float[10];
            SoftLabelStore.open(store("network1")).readAll(image, 1, TailPolicy.SPREAD, a, 0);
            SoftLabelStore.open(store("network2")).readAll(image, 1, TailPolicy.SPREAD, b, 0);
            both.readAll(image, 1, TailPolicy.SPREAD, mean, 0);
            for (int c = 0; c < 10; c++) {
                assertThat(Math.exp(mean[c]))
                        .isCloseTo(
                                (Math.exp(a[c]) + Math.exp(b[c])) / 2,
                                org.assertj.core.data.Offset.offset(1e-3));
            }
        }
    }

    @Test
    void record_folderOfAnother_isRefusedNamingTheDifference() throws Exception {
        ImageList images = LabelFixtures.images(store("images"), 8, 10);
        try (Model model = LabelFixtures.network(10, 1);
                Model other = LabelFixtures.network(10, 2)) {
            settings(model).build().record(images, store("s"));
            Map<String, String> before = LabelFixtures.bytes(store("s"));
            assertRefused(settings(model).optResume(false), images, "it holds files");
            assertRefused(settings(other), images, "teacher is network1 there and network2 here");
            assertRefused(
                    LabelFixtures.recorder(7).addTeacher(Teacher.of(model)).optTopK(3),
                    images,
                    "segmentImages is 16 there and ");
            assertRefused(
                    settings(model).optShard(1, 2), images, "shard is 1/1 there and 1/2 here");
            Files.delete(images.root().resolve("1.png"));
            assertRefused(settings(model), images, "images is 8 there and 7 here");
            assertThat(LabelFixtures.bytes(store("s"))).isEqualTo(before);
        }
    }

    private void assertRefused(LabelRecorder.Builder settings, ImageList images, String message) {
        assertThatThrownBy(() -> settings.build().record(images, store("s")))
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining(message);
    }

    @Test
    void record_doneAlready_isLeftAsItIs() throws Exception {
        ImageList images = LabelFixtures.images(store("images"), 8, 10);
        try (Model model = LabelFixtures.network(10, 1)) {
            settings(model).build().record(images, store("s"));
            Map<String, String> before = LabelFixtures.bytes(store("s"));
            RecordingResult again = settings(model).build().record(images, store("s"));
            assertThat(again.resumed()).isEqualTo(48);
            assertThat(LabelFixtures.bytes(store("s"))).isEqualTo(before);
        }
    }

    @Test
    void record_leftoversOfAKill_areCleanedUp() throws Exception {
        ImageList images = LabelFixtures.images(store("images"), 8, 10);
        try (Model model = LabelFixtures.network(10, 1)) {
            settings(model).build().record(images, store("s"));
            Map<String, String> whole = LabelFixtures.bytes(store("s"));
            // Killed after each file was moved into its place, and while others were written.
            for (String name :
                    List.of(
                            "recording.json",
                            "segment-000000.journal",
                            ".store.json.0a1b.tmp",
                            ".segment-000000.bin.0a1b.tmp")) {
                Files.copy(store("s").resolve("store.json"), store("s").resolve(name));
            }
            settings(model).build().record(images, store("s"));
            assertThat(LabelFixtures.bytes(store("s"))).isEqualTo(whole);
            Files.createDirectories(store("t"));
            Files.writeString(store("t").resolve(".recording.json.77.tmp"), "{");
            settings(model).build().record(images, store("t"));
            assertThat(LabelFixtures.bytes(store("t"))).isEqualTo(whole);
        }
    }

    @Test
    void record_whileAnotherWrites_isRefused() throws Exception {
        ImageList images = LabelFixtures.images(store("images"), 8, 10);
        Files.createDirectories(store("s"));
        try (Model model = LabelFixtures.network(10, 1);
                FolderLock held = FolderLock.tryAcquire(store("s"))) {
            assertThat(held).isNotNull();
            assertRefused(settings(model), images, "another process writes it");
        }
    }

    @Test
    void record_answersThatAreNotFinite_fails() throws Exception {
        ImageList images = LabelFixtures.images(store("images"), 8, 10);
        Teacher broken =
                inputs ->
                        inputs.head()
                                .getManager()
                                .full(
                                        new ai.djl.ndarray.types.Shape(inputs.head().size(0), 4),
                                        Float.NaN);
        assertThatThrownBy(
                        () ->
                                LabelFixtures.recorder(2)
                                        .addTeacher(broken)
                                        .build()
                                        .record(images, store("s")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("teacher's answer must be finite");
    }

    @Test
    void builder_whatCannotBeRecorded_isRefused() {
        ViewSampler lambda = (digest, number, width, height) -> View.whole(width, height);
        Teacher teacher = inputs -> inputs.head();
        assertThatThrownBy(
                        () ->
                                LabelRecorder.builder()
                                        .addTeacher(teacher)
                                        .setViews(lambda)
                                        .setViewCount(1)
                                        .setSize(8)
                                        .build())
                .hasMessageContaining("views must be a sampler that can be written down");
        assertThatThrownBy(() -> LabelRecorder.builder().addTeacher(teacher).build())
                .hasMessageContaining("views, viewCount, size must be set");
        assertThatThrownBy(() -> LabelRecorder.builder().build())
                .hasMessageContaining("teacher must be added");
        assertThatThrownBy(() -> LabelRecorder.builder().optShard(3, 2))
                .hasMessageContaining("shard must be at most the number of shards 2, but was 3");
        Teacher moving =
                new RunTeacher() {
                    @Override
                    public NDArray logits(NDList inputs) {
                        return inputs.head();
                    }

                    @Override
                    public TeacherMode mode() {
                        return TeacherMode.BATCH_STATISTICS;
                    }
                };
        assertThatThrownBy(() -> LabelRecorder.builder().addTeacher(moving))
                .hasMessageContaining("teacher must use evaluation statistics");
    }
}
