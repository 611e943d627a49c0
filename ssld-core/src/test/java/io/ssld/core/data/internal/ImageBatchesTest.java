package io.ssld.core.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.internal.Pixels;
import io.ssld.images.internal.TestImages;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.ErasedBox;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.RandAugment;
import io.ssld.images.view.RandomErasing;
import io.ssld.images.view.View;
import io.ssld.images.view.ViewSampler;
import io.ssld.images.view.internal.ViewRenderer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageBatchesTest {

    @TempDir Path folder;
    private ImageList images = new ImageList(Path.of("."), List.of());
    private final NDManager manager = NDManager.newBaseManager();

    @BeforeEach
    void makeImages() throws IOException {
        images = TestLists.list(folder, 20);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private ImageBatches.Builder evaluation() {
        return ImageBatches.builder().setImages(images).setSize(8).setBatchSize(6);
    }

    private ImageBatches.Builder training() {
        return evaluation().optViews(ViewSampler.builder().optSeed(5).build());
    }

    /** What a pass gave: labels batch by batch, and a hash of all inputs. */
    private record Seen(List<List<Integer>> labels, long hash) {

        List<Integer> all() {
            return labels.stream().flatMap(List::stream).toList();
        }
    }

    private Seen read(ImageBatches source, int pass) throws Exception {
        List<List<Integer>> labels = new ArrayList<>();
        long hash = 0;
        try (BatchIterator batches = source.pass(manager, pass)) {
            for (ExampleBatch batch = batches.next(); batch != null; batch = batches.next()) {
                labels.add(Arrays.stream(batch.labels()).boxed().toList());
                hash = 31 * hash + Arrays.hashCode(batch.inputs().head().toFloatArray());
                batch.close();
            }
        }
        return new Seen(labels, hash);
    }

    private void breakFile(int index, String content) throws IOException {
        Files.writeString(images.resolve(images.entries().get(index)), content);
    }

    @Test
    void batch_garbageCollected_keepsItsPixels() throws Exception {
        try (BatchIterator batches = evaluation().build().pass(manager, 0);
                ExampleBatch batch = Objects.requireNonNull(batches.next())) {
            float[] before = batch.inputs().head().toFloatArray();
            // On the CPU the engine computes on a Java buffer. Were it collected, one of these
            // would get its memory.
            System.gc();
            List<ByteBuffer> others = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                ByteBuffer other = ByteBuffer.allocateDirect(4 * before.length);
                while (other.hasRemaining()) {
                    other.put((byte) 0x7F);
                }
                others.add(other);
            }
            assertThat(batch.inputs().head().toFloatArray()).isEqualTo(before);
            assertThat(others).hasSize(2000);
        }
    }

    @Test
    void batches_severalOpen_keepTheirPixels() throws Exception {
        ImageBatches source = evaluation().build();
        List<float[]> expected = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            List<ExampleBatch> open = new ArrayList<>();
            try (BatchIterator batches = source.pass(manager, 0)) {
                for (ExampleBatch b = batches.next(); b != null; b = batches.next()) {
                    open.add(b);
                    if (round == 0) {
                        expected.add(b.inputs().head().toFloatArray());
                    }
                }
            }
            for (int i = 0; i < open.size(); i++) {
                assertThat(open.get(i).inputs().head().toFloatArray()).isEqualTo(expected.get(i));
            }
            // Closed twice: the memory must not be given to two batches.
            open.forEach(ExampleBatch::close);
            open.forEach(ExampleBatch::close);
        }
        assertThat(expected).hasSize(4);
        assertThat(manager.getManagedArrays()).isEmpty();
    }

    @Test
    void evaluation_keepsOrderAndTheLastPartialBatch() throws Exception {
        ImageBatches source = evaluation().build();
        assertThat(source.size()).isEqualTo(20);
        Seen seen = read(source, 3);
        assertThat(seen.labels()).extracting(List::size).containsExactly(6, 6, 6, 2);
        assertThat(seen.all()).isEqualTo(IntStream.range(0, 20).boxed().toList());
        assertThat(read(source, 0)).isEqualTo(seen);
    }

    @Test
    void next_plainImages_normalisesIntoNchw() throws Exception {
        Normalization own =
                Normalization.of(new float[] {0, 0.5f, 0.25f}, new float[] {1, 0.5f, 0.2f});
        ImageBatches source = evaluation().optNormalization(own).build();
        try (BatchIterator batches = source.pass(manager, 0);
                ExampleBatch batch = TestLists.next(batches)) {
            NDArray inputs = batch.inputs().head();
            assertThat(inputs.getShape()).isEqualTo(new Shape(6, 3, 8, 8));
            for (int i = 0; i < 6; i++) {
                for (int c = 0; c < 3; c++) {
                    float[] plane = inputs.get(i, c).toFloatArray();
                    assertThat(plane).containsOnly(own.table(c)[10 * i]);
                }
            }
        }
    }

    @Test
    void next_size_isHeightByWidth() throws Exception {
        byte[] rgb = TestImages.pattern(30, 20).rgb();
        Path file = folder.resolve("pattern.png");
        Files.write(
                file,
                TestImages.encoded(
                        TestImages.buffered(new Pixels(30, 20, rgb), BufferedImage.TYPE_3BYTE_BGR),
                        "png"));
        ImageBatches source =
                ImageBatches.builder()
                        .setImages(new ImageList(folder, List.of(new ImageEntry(file, 1))))
                        .setSize(7, 11)
                        .setBatchSize(1)
                        .optShortSide(12)
                        .optNormalization(Normalization.NONE)
                        .build();
        byte[] expected = new byte[3 * 7 * 11];
        new ViewRenderer(new ImageSize(7, 11))
                .render(new Pixels(30, 20, rgb), View.centerCrop(30, 20, 12, 11, 7), expected);
        try (BatchIterator batches = source.pass(manager, 0);
                ExampleBatch batch = TestLists.next(batches)) {
            NDArray inputs = batch.inputs().head();
            assertThat(inputs.getShape()).isEqualTo(new Shape(1, 3, 7, 11));
            float[] nhwc = inputs.transpose(0, 2, 3, 1).flatten().toFloatArray();
            for (int i = 0; i < nhwc.length; i++) {
                assertThat(Math.round(nhwc[i] * 255)).isEqualTo(expected[i] & 0xFF);
            }
        }
    }

    @Test
    void training_dropsTheLastPartialBatch_andShufflesEachPass() throws Exception {
        ImageBatches source = training().build();
        assertThat(source.size()).isEqualTo(18);
        Seen first = read(source, 0);
        Seen second = read(source, 1);
        assertThat(first.labels()).extracting(List::size).containsExactly(6, 6, 6);
        assertThat(first.all()).doesNotHaveDuplicates().isNotEqualTo(second.all());
        assertThat(read(source, 0)).isEqualTo(first);
        assertThat(read(training().optSeed(9).build(), 0).all()).isNotEqualTo(first.all());
    }

    @Test
    void training_viewNumber_isThatOfThePass() throws Exception {
        List<Integer> numbers = new ArrayList<>();
        ViewSampler noting =
                (digest, number, width, height) -> {
                    synchronized (numbers) {
                        numbers.add(number);
                    }
                    return View.whole(width, height);
                };
        read(evaluation().optViews(noting).build(), 7);
        assertThat(numbers).hasSize(20).containsOnly(7);
    }

    /** The batches of a pass from a position on, each as a hash, and the position after each. */
    private record Tail(List<Integer> hashes, List<Long> positions) {}

    private Tail readFrom(ImageBatches source, int pass, long skip) throws Exception {
        List<Integer> hashes = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        try (BatchIterator batches = source.pass(manager, pass, skip)) {
            assertThat(batches.position()).isEqualTo(skip);
            for (ExampleBatch batch = batches.next(); batch != null; batch = batches.next()) {
                hashes.add(
                        31 * Arrays.hashCode(batch.inputs().head().toFloatArray())
                                + Arrays.hashCode(batch.labels()));
                positions.add(batches.position());
                batch.close();
            }
            assertThat(batches.position()).isEqualTo(20);
        }
        return new Tail(hashes, positions);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pass_fromEveryPosition_givesTheBatchesAfterIt(boolean training) throws Exception {
        for (int bad : new int[] {0, 4, 5, 13, 19}) {
            breakFile(bad, "text");
        }
        ImageBatches.Builder builder =
                training ? training().optWorkers(3) : evaluation().optWorkers(2);
        ImageBatches whole = builder.build();
        for (int pass = 0; pass < 3; pass++) {
            Tail all = readFrom(whole, pass, 0);
            assertThat(all.positions()).hasSize(training ? 2 : 3).isSorted();
            for (int k = 0; k < all.positions().size(); k++) {
                // A source that has not yet seen which images are bad, as after a restart.
                ImageBatches restarted = (training ? training() : evaluation()).build();
                Tail rest = readFrom(restarted, pass, all.positions().get(k));
                assertThat(rest.hashes())
                        .isEqualTo(all.hashes().subList(k + 1, all.hashes().size()));
                assertThat(rest.positions())
                        .isEqualTo(all.positions().subList(k + 1, all.positions().size()));
            }
        }
    }

    @Test
    void pass_fromAPosition_readsNothingBeforeIt() throws Exception {
        for (int i = 0; i < 12; i++) {
            breakFile(i, "never read");
        }
        ImageBatches source = evaluation().build();
        assertThat(readFrom(source, 0, 12).positions()).containsExactly(18L, 20L);
        assertThat(source.quarantine().size()).isZero();
        assertThat(readFrom(source, 0, 20).hashes()).isEmpty();
    }

    @Test
    void pass_fromNoPosition_isRefused() {
        ImageBatches source = evaluation().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.pass(manager, 0, 21))
                .withMessageContaining("skip must be in 0..20, the number of images, but was 21");
        assertThatIllegalArgumentException().isThrownBy(() -> source.pass(manager, 0, -1));
    }

    @Test
    void training_erasedBox_isZeroAfterNormalisation() throws Exception {
        // The upper half of every other image; the input is 8 x 8.
        ErasedBox half = new ErasedBox(1, 0.5, 0, 0, ErasedBox.Fill.ZERO, 0);
        ViewSampler sampler =
                (digest, number, width, height) -> {
                    View whole = View.whole(width, height);
                    return new View(
                            whole.order(),
                            0,
                            0,
                            width,
                            height,
                            false,
                            whole.interpolation(),
                            whole.margin(),
                            List.of(),
                            digest % 2 == 0 ? List.of(half) : List.of());
                };
        int erased = 0;
        try (BatchIterator batches =
                        ImageBatches.builder()
                                .setImages(images)
                                .setSize(8)
                                .setBatchSize(20)
                                .optViews(sampler)
                                .build()
                                .pass(manager, 0);
                ExampleBatch batch = Objects.requireNonNull(batches.next())) {
            float[] values = batch.inputs().head().toFloatArray();
            for (int n = 0; n < 20; n++) {
                int zeros = 0;
                for (int i = 0; i < 192; i++) {
                    if (values[192 * n + i] == 0) {
                        assertThat(i % 64).isLessThan(32);
                        zeros++;
                    }
                }
                assertThat(zeros).isIn(0, 96);
                erased += zeros / 96;
            }
        }
        assertThat(erased).isBetween(3, 17);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void workers_erasing_givesTheSameBatches(int workers) throws Exception {
        Augmentation eda =
                ViewSampler.builder()
                        .optRandAugment(RandAugment.M9)
                        .optErasing(RandomErasing.ALWAYS)
                        .build();
        Seen expected = read(evaluation().optViews(eda).optWorkers(3).build(), 2);
        assertThat(read(evaluation().optViews(eda).optWorkers(workers).build(), 2))
                .isEqualTo(expected);
        assertThat(read(evaluation().optViews(Augmentation.SSLD).build(), 2).hash())
                .isNotEqualTo(expected.hash());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void workers_anyNumber_givesTheSameBatches(int workers) throws Exception {
        breakFile(4, "text");
        Seen expected = read(training().optWorkers(3).optCacheBytes(0).build(), 2);
        assertThat(read(training().optWorkers(workers).build(), 2)).isEqualTo(expected);
    }

    @Test
    void quarantine_threeBadOfTwenty_goesOnWithTheOthers() throws Exception {
        breakFile(2, "");
        breakFile(9, "text");
        Files.delete(images.resolve(images.entries().get(17)));
        ImageBatches source = evaluation().build();
        List<Integer> good =
                IntStream.range(0, 20).filter(i -> i != 2 && i != 9 && i != 17).boxed().toList();
        Seen seen = read(source, 0);
        assertThat(seen.all()).isEqualTo(good);
        assertThat(seen.labels()).extracting(List::size).containsExactly(6, 6, 5);
        assertThat(source.quarantine().entries())
                .extracting(QuarantinedImage::reason)
                .containsExactly(
                        "file is empty", "not an image of a known format", "file not found");
        assertThat(source.size()).isEqualTo(17);
        assertThat(read(source, 1)).isEqualTo(seen);
        assertThat(source.quarantine().size()).isEqualTo(3);
    }

    @Test
    void quarantine_shared_isSkippedByOthersToo() throws Exception {
        Quarantine shared = new Quarantine();
        shared.add(images.resolve(images.entries().get(0)), "given");
        ImageBatches source = evaluation().optQuarantine(shared).build();
        assertThat(read(source, 0).all()).hasSize(19).doesNotContain(0);
        assertThat(source.quarantine()).isSameAs(shared);
        assertThat(shared.entries().get(0).reason()).isEqualTo("given");
    }

    @Test
    void pass_nothingUsable_saysHowManyAndWhy() throws Exception {
        for (int i = 0; i < 20; i++) {
            breakFile(i, "text");
        }
        ImageBatches source = evaluation().build();
        for (int pass = 0; pass < 2; pass++) {
            int number = pass;
            assertThatIOException()
                    .isThrownBy(() -> read(source, number))
                    .withMessageContaining("only 0 of 20 images could be used")
                    .withMessageContaining("quarantined: 20, the first: ")
                    .withMessageContaining("000.png: not an image of a known format");
        }
    }

    @Test
    void pass_tooFewForATrainingBatch_fails() throws Exception {
        for (int i = 0; i < 15; i++) {
            breakFile(i, "");
        }
        assertThatIOException()
                .isThrownBy(() -> read(training().build(), 0))
                .withMessageContaining("only 5 of 20 images could be used, for batches of 6");
    }

    @Test
    void maxPixels_exceeded_isQuarantined() throws Exception {
        ImageBatches source = evaluation().optMaxPixels(12 * 9).build();
        assertThat(read(source, 0).all()).containsExactly(0, 3, 6, 9, 12, 15, 18);
        assertThat(source.quarantine().entries().get(0).reason())
                .isEqualTo("image must have at most 108 pixels, but has 13 x 9");
    }

    @Test
    void cache_secondPass_readsNoFiles() throws Exception {
        ImageBatches cached = evaluation().build();
        ImageBatches partly = evaluation().optCacheBytes(3 * 9 * (12 + 13)).build();
        Seen seen = read(cached, 0);
        assertThat(read(partly, 0)).isEqualTo(seen);
        for (int i = 0; i < 20; i++) {
            breakFile(i, "gone");
        }
        assertThat(read(cached, 1)).isEqualTo(seen);
        assertThat(read(partly, 1).all()).hasSize(2);
    }

    @Test
    void close_early_endsWorkersAndLeavesNothingBehind() throws Exception {
        BatchIterator batches = training().optWorkers(3).build().pass(manager, 0);
        ExampleBatch batch = TestLists.next(batches);
        assertThat(workersAlive()).isTrue();
        batches.close();
        batches.close();
        assertThat(batch.inputs().head().toFloatArray()).hasSize(6 * 3 * 8 * 8);
        batch.close();
        assertThat(manager.getManagedArrays()).isEmpty();
        assertThatIllegalStateException().isThrownBy(batches::next);
        awaitNoWorkers();
    }

    @Test
    void next_afterTheLast_staysNull_withoutWorkers() throws Exception {
        BatchIterator batches =
                ImageBatches.builder()
                        .setImages(images)
                        .setSize(8)
                        .setBatchSize(20)
                        .build()
                        .pass(manager, 0);
        ExampleBatch all = TestLists.next(batches);
        all.close();
        assertThat(batches.next()).isNull();
        assertThat(batches.next()).isNull();
        awaitNoWorkers();
        assertThat(manager.getManagedArrays()).isEmpty();
    }

    @Test
    void next_interrupted_throwsAndKeepsTheFlag() {
        try (BatchIterator batches = evaluation().build().pass(manager, 0)) {
            Thread.currentThread().interrupt();
            assertThatIOException()
                    .isThrownBy(batches::next)
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void next_samplerFails_isNotTakenForABadImage() {
        AtomicInteger calls = new AtomicInteger();
        ImageBatches source =
                evaluation()
                        .optViews(
                                (digest, number, width, height) -> {
                                    throw new UnsupportedOperationException(
                                            "call " + calls.incrementAndGet());
                                })
                        .build();
        try (BatchIterator batches = source.pass(manager, 0)) {
            assertThatIllegalStateException()
                    .isThrownBy(batches::next)
                    .withCauseInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(source.quarantine().size()).isZero();
    }

    @Test
    void next_interruptedInTheMiddle_positionStillNamesTheNextBatch() throws Exception {
        ImageBatches source = training().optWorkers(2).build();
        Tail all = readFrom(source, 0, 0);
        // After the first batch the only worker waits, so that the reader has to wait for it.
        ViewSampler views = ViewSampler.builder().optSeed(5).build();
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        ViewSampler waiting =
                (digest, number, width, height) -> {
                    if (calls.incrementAndGet() > 6) {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return views.draw(digest, number, width, height);
                };
        ImageBatches slow = evaluation().optViews(waiting).optWorkers(1).build();
        long position;
        try (BatchIterator batches = slow.pass(manager, 0)) {
            TestLists.next(batches).close();
            position = batches.position();
            Thread.currentThread().interrupt();
            assertThatIOException().isThrownBy(batches::next);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(batches.position()).isEqualTo(position);
            assertThatIllegalStateException()
                    .isThrownBy(batches::next)
                    .withMessage("pass must be open, but was closed");
        }
        assertThat(readFrom(source, 0, position).hashes()).isEqualTo(all.hashes().subList(1, 3));
    }

    @Test
    void next_workerThrowsAnError_throwsItAndEndsTheWorkers() throws Exception {
        OutOfMemoryError error = new OutOfMemoryError("made by the test");
        ImageBatches source =
                evaluation()
                        .optViews(
                                (digest, number, width, height) -> {
                                    throw error;
                                })
                        .build();
        BatchIterator batches = source.pass(manager, 0);
        assertThatThrownBy(batches::next).isSameAs(error);
        awaitNoWorkers();
        assertThat(source.quarantine().size()).isZero();
    }

    @Test
    void images_changedOrGoneBetweenPasses_areSeenAsTheyAreNow() throws Exception {
        ImageBatches source = evaluation().optCacheBytes(0).build();
        assertThat(read(source, 0).all()).hasSize(20);
        Files.write(images.resolve(images.entries().get(0)), TestImages.plainPng(30, 20, 201));
        Files.delete(images.resolve(images.entries().get(3)));
        breakFile(5, "not any more");
        assertThat(read(source, 1).all()).hasSize(18).doesNotContain(3, 5).contains(0);
        assertThat(source.quarantine().entries())
                .extracting(QuarantinedImage::reason)
                .containsExactly("file not found", "not an image of a known format");
        try (BatchIterator batches = source.pass(manager, 2);
                ExampleBatch batch = TestLists.next(batches)) {
            assertThat(batch.inputs().head().get(0, 0).toFloatArray())
                    .containsOnly(Normalization.IMAGENET.table(0)[201]);
        }
    }

    @Test
    void training_jpeg_decodingRegionsGivesTheBatchesOfWholeImages() throws Exception {
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            Path name = Path.of("turned-" + i + ".jpg");
            Files.write(folder.resolve(name), TestImages.corpus("jpeg-exif-" + i + ".jpg"));
            entries.add(new ImageEntry(name, i));
        }
        images = new ImageList(folder, entries);
        ImageBatches whole = training().build();
        ImageBatches regions = training().optCacheBytes(0).build();
        for (int pass = 0; pass < 30; pass++) {
            assertThat(read(regions, pass)).isEqualTo(read(whole, pass));
        }
    }

    @Test
    void optDecoder_choosesAndIsNamed() throws Exception {
        ImageBatches plain = evaluation().optDecoder(ImageDecoder.Choice.PLAIN).build();
        ImageBatches openCv = evaluation().optDecoder(ImageDecoder.Choice.OPENCV).build();
        assertThat(plain.decoderName()).startsWith("javax.imageio ");
        assertThat(openCv.decoderName()).startsWith("OpenCV 4.9.0, javax.imageio ");
        assertThat(read(openCv, 0)).isEqualTo(read(plain, 0));
    }

    @Test
    void build_missingOrConflicting_isNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ImageBatches.builder().setBatchSize(3).build())
                .withMessage("images, size must be set before build()");
        assertThatIllegalStateException()
                .isThrownBy(() -> evaluation().setSize(9, 10))
                .withMessage(
                        "size must be set once, but was 8 x 8 already; remove one of the two"
                                + " calls");
        assertThatIllegalStateException()
                .isThrownBy(() -> training().optShortSide(10).build())
                .withMessageContaining("shortSide must not be set together with views");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluation().optShortSide(7).build())
                .withMessage("shortSide must be at least the input's 8 x 8, but was 7");
    }

    @Test
    void build_badValue_isRefused() {
        ImageBatches.Builder builder = ImageBatches.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.setBatchSize(0))
                .withMessage("batchSize must be at least 1, but was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.setSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optWorkers(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optCacheBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optMaxPixels(0));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                builder.optNormalization(
                                        Normalization.of(new float[] {0}, new float[] {1})));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ImageBatches.builder()
                                        .setImages(images)
                                        .setSize(8)
                                        .setBatchSize(21)
                                        .optViews(ViewSampler.whole())
                                        .build())
                .withMessageContaining("images must be at least 21, but were 20");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluation().build().pass(manager, -1));
    }

    private static boolean workersAlive() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().startsWith("ssld-images-"));
    }

    private static void awaitNoWorkers() throws InterruptedException {
        for (int i = 0; i < 500 && workersAlive(); i++) {
            Thread.sleep(10);
        }
        assertThat(workersAlive()).isFalse();
    }
}
