package io.ssld.core.labels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.base.internal.Digests;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.ImageContents;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.data.internal.ViewBatches;
import io.ssld.core.labels.internal.LabelMeter;
import io.ssld.core.labels.internal.LabelTeachers;
import io.ssld.core.labels.internal.Pieces;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.engine.internal.Engines;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.view.ViewSampler;
import io.ssld.images.view.internal.SamplerMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks a teacher about recorded views of images, once, for any number of students and epochs.
 *
 * <p>Each image, named by its content, gets a label for each of its views 0 to V - 1; of several
 * teachers their mean. Images that cannot be used are told in the store and in its {@code
 * quarantine.csv}, and the recording goes on.
 *
 * <p>A recording that was killed at any time is continued by the next one, and the store is the
 * same byte for byte as that of one in one go on the same machine with the same number of engine
 * threads. Machines can share the images ({@link Builder#optShard}); {@link LabelStores#merge} puts
 * their stores together, byte for byte that of one recording. One process writes a store at a time.
 *
 * <p>Memory: one segment of labels, two batches of views and the images they are of, beside the
 * teacher's own.
 */
public final class LabelRecorder {

    /** How many views the teacher sees at once, unless told otherwise. */
    static final int BATCH_SIZE = 64;

    /** Images of more are refused. */
    static final long MOST_PIXELS = 100_000_000;

    private final RunTeacher teacher;
    private final RecordedViews views;
    private final Map<String, Object> viewSettings;
    private final int topK;
    private final int batchSize;
    private final int workers;
    private final boolean resume;
    private final Share share;
    private final @Nullable Integer segmentImages;
    private final List<RecordingListener> listeners;

    private LabelRecorder(Builder builder) {
        teacher = builder.teachers.joined();
        ViewSampler sampler = builder.views.required();
        viewSettings =
                SamplerMap.of(sampler)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "views must be a sampler that can be written down,"
                                                        + " but was "
                                                        + sampler
                                                        + "; use ViewSampler.builder()"));
        views =
                new RecordedViews(
                        sampler,
                        builder.seed.or(0L),
                        builder.viewCount.required(),
                        builder.height.required(),
                        builder.width.required(),
                        builder.normalization.or(
                                teacher.normalization().orElse(Normalization.IMAGENET)));
        topK = builder.topK.or(10);
        batchSize = builder.batchSize.or(BATCH_SIZE);
        workers = builder.workers.or(Runtime.getRuntime().availableProcessors());
        resume = builder.resume.or(true);
        share = new Share(builder.shard.or(1), builder.shards.or(1));
        segmentImages = builder.segmentImages.orNull();
        listeners = List.copyOf(builder.listeners);
    }

    /**
     * Starts a recorder.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Records labels. A store that is done already, of the same recording, is left as it is when
     * resuming.
     *
     * @param images the images, labels ignored; equal contents count once
     * @param store the folder to create, or to go on with
     * @return what was done
     * @throws LabelStoreException if there is another recording, naming the difference, or files,
     *     or another process writes there
     * @throws IOException if a file cannot be written
     * @throws IllegalArgumentException if there are no images, a segment would not be below 2 GB,
     *     or the teacher answers probabilities, which is for {@link Teacher#ofProbabilities}
     * @throws IllegalStateException if the teacher's answers are not finite, or not of one number
     *     of classes
     */
    public RecordingResult record(ImageList images, Path store) throws IOException {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(store, "store");
        if (!resume) {
            StoreFolder.requireFree(store);
        }
        try (StoreFolder folder = StoreFolder.lock(store);
                NDManager manager = Engines.newManager(teacher.parameters())) {
            RunTeacher asked = teacher.forInputs(views.normalization());
            ImageContents contents = ImageContents.of(images, workers);
            if (contents.digests().isEmpty()) {
                throw new IllegalArgumentException(
                        "images must hold one that can be read, but held none of " + images.size());
            }
            LabelStoreHeader header = begin(folder, header(contents, classes(asked, manager)));
            int from = share.from(header.images(), group());
            int to = share.to(header.images(), group());
            long wanted = (long) (to - from) * header.viewCount();
            LabelMeter meter = new LabelMeter(wanted, this::tell);
            if (!folder.isDone()) {
                Pieces segments = new Pieces(from, to, header.segmentImages());
                record(folder, header, segments, contents, asked, manager, meter);
                folder.finish(
                        header,
                        share.toString(),
                        segments.first(),
                        segments.behind(),
                        contents.unreadable());
            } else {
                meter.skip(wanted, 0);
            }
            SoftLabelStore done = SoftLabelStore.open(store);
            return new RecordingResult(
                    store,
                    done.size(),
                    views.count(),
                    meter.skipped(),
                    done.quarantined(),
                    meter.seconds());
        }
    }

    private void record(
            StoreFolder folder,
            LabelStoreHeader header,
            Pieces segments,
            ImageContents contents,
            RunTeacher asked,
            NDManager manager,
            LabelMeter meter)
            throws IOException {
        int group = group();
        ViewBatches batches =
                new ViewBatches(views, asked.layout(), batchSize, group, workers, MOST_PIXELS);
        SegmentRecorder recorder = new SegmentRecorder(asked, header, batches, group, meter);
        segments.doMissing(
                new Pieces.Work<RuntimeException>() {
                    @Override
                    public boolean resume(Pieces.Piece piece) throws IOException {
                        if (!folder.hasSegment(piece.number())) {
                            return false;
                        }
                        long views = (long) piece.images() * header.viewCount();
                        meter.skip(views, unusable(folder, header, piece));
                        return true;
                    }

                    @Override
                    public void label(Pieces.Piece piece) throws IOException {
                        recorder.record(
                                folder.path(),
                                piece.number(),
                                piece.from(),
                                piece.to(),
                                contents,
                                manager);
                    }
                });
    }

    /** How many images of a sealed segment could not be used. */
    private int unusable(StoreFolder folder, LabelStoreHeader header, Pieces.Piece piece)
            throws IOException {
        SegmentFile segment = SegmentFile.open(folder.path(), header, piece.number());
        int unusable = segment.quarantined().size();
        if (segment.images() + unusable != piece.images()) {
            throw new LabelStoreException(
                    folder.path().resolve(SegmentFile.name(piece.number())),
                    String.format(
                            Locale.ROOT, "be of the %d images of share %s", piece.images(), share),
                    String.format(
                            Locale.ROOT,
                            "is of %d, as an earlier version shared them out; use a new folder",
                            segment.images() + unusable));
        }
        return unusable;
    }

    private void tell(long done, long total, long bad, double viewsPerSecond, double secondsLeft) {
        RecordingProgress progress =
                new RecordingProgress(done, total, bad, viewsPerSecond, secondsLeft);
        listeners.forEach(listener -> listener.onProgress(progress));
    }

    private int group() {
        return LabelStoreSize.group(batchSize, views.count());
    }

    private int classes(RunTeacher asked, NDManager manager) {
        try (NDManager scratch = manager.newSubManager()) {
            Shape shape = new Shape(batchSize, 3, views.height(), views.width());
            NDList blank = new NDList(scratch.zeros(shape, DataType.FLOAT32));
            NDArray answer = AnswerCheck.of(asked, blank, List.of());
            AnswerCheck.requireNoProbabilities(asked, answer);
            return (int) answer.size(1);
        }
    }

    private LabelStoreHeader header(ImageContents contents, int classes) {
        MessageDigest sha = Digests.sha256();
        for (long digest : contents.digests()) {
            sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, digest));
        }
        int named = Math.min(topK, classes);
        return new LabelStoreHeader(
                teacher.name(),
                teacher.digest(),
                viewSettings,
                views.seed(),
                views.count(),
                views.height(),
                views.width(),
                views.normalization(),
                new ImageDecoder(MOST_PIXELS).name(),
                classes,
                named,
                batchSize,
                contents.digests().size(),
                HexFormat.of().formatHex(sha.digest()),
                LabelStoreSize.segmentImages(
                        new RecordFormat(classes, named), views.count(), batchSize, segmentImages),
                teacher.classNames().size() == classes ? teacher.classNames() : List.of());
    }

    /** Begins a recording, or makes sure that the one there is this one. */
    private LabelStoreHeader begin(StoreFolder folder, LabelStoreHeader header) throws IOException {
        if (resume) {
            folder.clean();
        }
        Optional<StoreIndex> found = resume ? folder.found() : Optional.empty();
        if (found.isEmpty()) {
            folder.requireEmpty();
            folder.begin(header, share.toString());
            return header;
        }
        LabelStoreHeader there = found.get().header();
        Optional<String> difference = header.difference(there);
        if (difference.isPresent() || !found.get().shard().equals(share.toString())) {
            throw new LabelStoreException(
                    folder.path(),
                    "be of the same recording to go on with it",
                    difference.orElse(
                                    "shard is "
                                            + found.get().shard()
                                            + " there and "
                                            + share
                                            + " here")
                            + "; use the same settings or another folder");
        }
        return there;
    }

    /** Settings of a {@link LabelRecorder}. Required: a teacher, views, their number, the size. */
    public static final class Builder {

        private final LabelTeachers teachers = new LabelTeachers("a view");
        private final Setting<ViewSampler> views = new Setting<>("views");
        private final Setting<Integer> viewCount = new Setting<>("viewCount");
        private final Setting<Integer> height = new Setting<>("size");
        private final Setting<Integer> width = new Setting<>("size");
        private final Setting<Long> seed = new Setting<>("seed");
        private final Setting<Normalization> normalization = new Setting<>("normalization");
        private final Setting<Integer> topK = new Setting<>("topK");
        private final Setting<Integer> batchSize = new Setting<>("batchSize");
        private final Setting<Integer> workers = new Setting<>("workers");
        private final Setting<Boolean> resume = new Setting<>("resume");
        private final Setting<Integer> shard = new Setting<>("shard");
        private final Setting<Integer> shards = new Setting<>("shard");
        private final Setting<Integer> segmentImages = new Setting<>("segmentImages");
        private final List<RecordingListener> listeners = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a teacher; of several the mean of the probabilities is recorded.
         *
         * @param teacher one in evaluation mode
         * @return this builder
         * @throws IllegalArgumentException if its answers depend on the batch
         */
        public Builder addTeacher(Teacher teacher) {
            teachers.add(teacher);
            return this;
        }

        /**
         * Sets what draws the views; students that learn from the store are shown the same ones.
         *
         * @param sampler made by {@link ViewSampler#builder}, or a {@link
         *     io.ssld.images.view.CenterCrop}
         * @return this builder
         */
        public Builder setViews(ViewSampler sampler) {
            views.set(sampler);
            return this;
        }

        /**
         * Sets how many views each image has. A run of more passes shows them again.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder setViewCount(int count) {
            viewCount.set(Ranges.atLeast("viewCount", count, 1));
            return this;
        }

        /**
         * Sets the size of the input.
         *
         * @param height the height in pixels
         * @param width the width in pixels
         * @return this builder
         */
        public Builder setSize(int height, int width) {
            this.height.set(Ranges.atLeast("height", height, 1));
            this.width.set(Ranges.atLeast("width", width, 1));
            return this;
        }

        /**
         * Sets the size of a square input.
         *
         * @param side height and width in pixels
         * @return this builder
         */
        public Builder setSize(int side) {
            return setSize(side, side);
        }

        /**
         * Sets which views are drawn, as a run's seed does; default 0.
         *
         * @param value any number
         * @return this builder
         */
        public Builder optSeed(long value) {
            seed.set(value);
            return this;
        }

        /**
         * Sets the normalisation of the images; default the first teacher's own, else {@link
         * Normalization#IMAGENET}. Teachers that declare another one get their inputs renormalised.
         *
         * @param value a normalisation of three channels
         * @return this builder
         */
        public Builder optNormalization(Normalization value) {
            normalization.set(value);
            return this;
        }

        /**
         * Sets how many classes a label names; default 10. All of them are stored in less room, and
         * exactly; a teacher of fewer gives all it has.
         *
         * @param classes at least 1
         * @return this builder
         */
        public Builder optTopK(int classes) {
            topK.set(Ranges.atLeast("topK", classes, 1));
            return this;
        }

        /**
         * Sets how many views the teacher sees at once; default 64.
         *
         * @param views at least 1
         * @return this builder
         */
        public Builder optBatchSize(int views) {
            batchSize.set(Ranges.atLeast("batchSize", views, 1));
            return this;
        }

        /**
         * Sets how many threads decode and render; default one a processor.
         *
         * @param threads at least 1
         * @return this builder
         */
        public Builder optWorkers(int threads) {
            workers.set(Ranges.atLeast("workers", threads, 1));
            return this;
        }

        /**
         * Sets whether to go on with a recording that is there; default true. Otherwise the folder
         * must be new or empty.
         *
         * @param value whether to go on
         * @return this builder
         */
        public Builder optResume(boolean value) {
            resume.set(value);
            return this;
        }

        /**
         * Records a share of the images; default all. Every machine gets the whole list. Shares
         * differ by one image at most, large ones by one batch's images.
         *
         * @param number which share, from 1
         * @param count how many there are
         * @return this builder
         */
        public Builder optShard(int number, int count) {
            Ranges.atLeast("shard", number, 1);
            if (number > count) {
                throw new IllegalArgumentException(
                        "shard must be at most the number of shards "
                                + count
                                + ", but was "
                                + number);
            }
            shard.set(number);
            shards.set(count);
            return this;
        }

        /**
         * Sets how many images a segment is for, rounded down to whole batches of views; default
         * 4,096, or fewer where their labels would take more than 64 MB.
         *
         * @param images at least 1
         * @return this builder
         */
        public Builder optSegmentImages(int images) {
            segmentImages.set(Ranges.atLeast("segmentImages", images, 1));
            return this;
        }

        /**
         * Adds one who follows the recording.
         *
         * @param listener called after each batch
         * @return this builder
         */
        public Builder addListener(RecordingListener listener) {
            Objects.requireNonNull(listener, "listener");
            listeners.add(listener);
            return this;
        }

        /**
         * Creates the recorder.
         *
         * @return the recorder
         * @throws IllegalStateException if a required setting is missing
         * @throws IllegalArgumentException if the views cannot be written down
         */
        public LabelRecorder build() {
            teachers.requireAny();
            Setting.requireAll(views, viewCount, height);
            return new LabelRecorder(this);
        }
    }
}
