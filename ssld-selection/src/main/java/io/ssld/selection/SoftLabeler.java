package io.ssld.selection;

import ai.djl.translate.TranslateException;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.labels.internal.LabelMeter;
import io.ssld.core.labels.internal.LabelTeachers;
import io.ssld.core.labels.internal.Pieces;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Asks a teacher about every image of a pool and writes a {@link SoftLabelTable}.
 *
 * <p>Each image is seen once, as in an evaluation: the short side resized, the centre cut out. The
 * probabilities are {@code softmax(logits)}; of several teachers their mean.
 *
 * <p>The work is done in shards of {@link Builder#optShardSize}, each written into the folder
 * {@code <table>.parts} when it is whole. A run that was killed at any time is continued by the
 * next, which does what is missing, and the table is the same byte for byte as that of one
 * uninterrupted run on the same machine with the same number of threads. Every forward pass has a
 * full batch, filled up with zeros, and probabilities have six significant digits, so that what is
 * said of an image hardly depends on its place in the pool. The table is complete or not there.
 *
 * <p>Images that cannot be used are listed in {@code <table>.quarantine.csv}, and the run goes on.
 * A path that the pool holds twice is labelled once. Memory: one shard, beside the teacher's own.
 */
public final class SoftLabeler {

    private final RunTeacher teacher;
    private final LabelView view;
    private final int topK;
    private final int shardSize;
    private final boolean resume;
    private final boolean replace;
    private final List<LabelListener> listeners;

    private SoftLabeler(Builder builder) {
        teacher = builder.teachers.joined();
        int height = builder.height.required();
        int width = builder.width.required();
        view =
                new LabelView(
                        height,
                        width,
                        builder.shortSide.or(Math.round(Math.max(height, width) * 256 / 224f)),
                        builder.normalization.or(
                                teacher.normalization().orElse(Normalization.IMAGENET)),
                        builder.batchSize.or(64),
                        builder.workers.or(Runtime.getRuntime().availableProcessors()));
        topK = builder.topK.or(10);
        shardSize = builder.shardSize.or(1024);
        resume = builder.resume.or(true);
        replace = builder.replace.or(false);
        listeners = List.copyOf(builder.listeners);
    }

    /**
     * Starts a labeler.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Labels a pool.
     *
     * @param pool the images, labels ignored
     * @param table the file to create; beside it {@code <table>.parts} while it is made, and {@code
     *     <table>.quarantine.csv}
     * @return what was done
     * @throws IOException if a file cannot be read or written, no image can be used, the table is
     *     there already, or the parts belong to another teacher, view or pool, or are there at all
     *     when resuming is off
     * @throws TranslateException never for images
     * @throws IllegalArgumentException if the pool is empty
     * @throws IllegalStateException if the teacher's answers are not finite, or not of one number
     *     of classes
     */
    public LabelResult label(ImageList pool, Path table) throws IOException, TranslateException {
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(table, "table");
        if (!replace) {
            requireNew(table);
        } else if (Files.exists(table)) {
            SoftLabelTable.open(table); // nothing but a table is ever replaced
        }
        ImageList images = distinct(pool);
        List<String> run = new ArrayList<>(identity(images));
        run.add("#batch\t" + view.batchSize());
        run.add("#shard\t" + shardSize);
        LabelMeter meter = new LabelMeter(images.size(), this::tell);
        Pieces shards = new Pieces(0, images.size(), shardSize);
        try (LabelParts parts = LabelParts.open(table, run, start())) {
            label(images, shards, parts, meter);
            List<QuarantinedImage> bad =
                    parts.join(shards.behind(), classes -> head(classes, images));
            return new LabelResult(
                    table, images.size() - bad.size(), meter.skipped(), bad, meter.seconds());
        }
    }

    private LabelParts.Start start() {
        if (replace) {
            return LabelParts.Start.ANEW;
        }
        return resume ? LabelParts.Start.RESUME : LabelParts.Start.NEW;
    }

    private void label(ImageList images, Pieces shards, LabelParts parts, LabelMeter meter)
            throws IOException, TranslateException {
        RunTeacher asked = teacher.forInputs(view.normalization());
        ShardLabeler labeler = new ShardLabeler(asked, view, topK);
        shards.doMissing(
                new Pieces.Work<TranslateException>() {
                    @Override
                    public boolean resume(Pieces.Piece piece) throws IOException {
                        if (!parts.has(piece.number())) {
                            return false;
                        }
                        int bad = parts.read(piece.number()).quarantined().size();
                        meter.skip(piece.images(), bad);
                        return true;
                    }

                    @Override
                    public void label(Pieces.Piece piece) throws IOException, TranslateException {
                        List<ImageEntry> entries =
                                images.entries().subList(piece.from(), piece.to());
                        ImageList shard = new ImageList(images.root(), entries);
                        parts.write(piece.number(), labeler.label(shard, meter));
                    }
                });
    }

    private void tell(long done, long total, long bad, double imagesPerSecond, double left) {
        LabelProgress progress = new LabelProgress(done, total, bad, imagesPerSecond, left);
        listeners.forEach(listener -> listener.onProgress(progress));
    }

    /**
     * Tells whether a table is there already that {@link #label} would write for a pool.
     *
     * @param pool the images
     * @param table the file
     * @return whether it is there, of this teacher, view and pool
     * @throws IOException if there is a file that is not a table, or is cut off
     */
    public boolean isDone(ImageList pool, Path table) throws IOException {
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(table, "table");
        if (!Files.exists(table)) {
            return false;
        }
        List<String> head;
        try (RowScanner scanner = new RowScanner(table)) {
            head = scanner.head();
            while (scanner.next()) {
                // Only whole tables are done.
            }
        }
        return head.containsAll(identity(distinct(pool)));
    }

    private static void requireNew(Path table) throws IOException {
        if (Files.exists(table)) {
            throw new IOException(
                    "table must be a new file, but "
                            + table
                            + " exists; delete it or choose another");
        }
    }

    /** Lines of a table's head that tell its teacher, view and pool. */
    private List<String> identity(ImageList images) {
        return List.of(
                "#teacher\t" + teacher.name(),
                "#teacher-digest\t" + teacher.digest(),
                "#view\t" + view.text(),
                "#wanted\t" + topK,
                "#pool\t" + images.digest());
    }

    private List<String> head(int classes, ImageList images) {
        LabelFacts facts =
                new LabelFacts(
                        classes,
                        Math.min(topK, classes),
                        teacher.name(),
                        teacher.digest(),
                        view.text(),
                        teacher.classNames().size() == classes ? teacher.classNames() : List.of());
        List<String> lines = new ArrayList<>(facts.toLines());
        String columns = lines.remove(lines.size() - 1);
        lines.add("#wanted\t" + topK);
        lines.add("#pool\t" + images.digest());
        lines.add(columns);
        return lines;
    }

    private static ImageList distinct(ImageList pool) {
        Set<Path> seen = new HashSet<>();
        ImageList once =
                new ImageList(
                        pool.root(),
                        pool.entries().stream()
                                .filter(entry -> seen.add(pool.resolve(entry).normalize()))
                                .toList());
        if (once.size() == 0) {
            throw new IllegalArgumentException("pool must hold an image, but is empty");
        }
        return once.unlabelled();
    }

    /** Settings of a {@link SoftLabeler}. */
    public static final class Builder {

        private final LabelTeachers teachers = new LabelTeachers("an image");
        private final Setting<Integer> height = new Setting<>("size");
        private final Setting<Integer> width = new Setting<>("size");
        private final Setting<Integer> shortSide = new Setting<>("shortSide");
        private final Setting<Normalization> normalization = new Setting<>("normalization");
        private final Setting<Integer> topK = new Setting<>("topK");
        private final Setting<Integer> batchSize = new Setting<>("batchSize");
        private final Setting<Integer> shardSize = new Setting<>("shardSize");
        private final Setting<Integer> workers = new Setting<>("workers");
        private final Setting<Boolean> resume = new Setting<>("resume");
        private final Setting<Boolean> replace = new Setting<>("replace");
        private final List<LabelListener> listeners = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a teacher; of several the mean of the probabilities counts.
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
         * Sets the size of the teacher's input.
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
         * Sets what the shorter side becomes before the centre is cut out; default 256/224 of the
         * input's longer side, rounded.
         *
         * @param pixels at least the input's longer side
         * @return this builder
         */
        public Builder optShortSide(int pixels) {
            shortSide.set(Ranges.atLeast("shortSide", pixels, 1));
            return this;
        }

        /**
         * Sets the normalisation of the images; default the first teacher's own, else {@link
         * Normalization#IMAGENET}. Teachers that declare another one get their inputs renormalised.
         *
         * @param normalization a normalisation of three channels
         * @return this builder
         */
        public Builder optNormalization(Normalization normalization) {
            this.normalization.set(normalization);
            return this;
        }

        /**
         * Sets how many classes a row holds; default 10. A teacher with fewer gives all it has.
         *
         * @param classes at least 1
         * @return this builder
         */
        public Builder optTopK(int classes) {
            topK.set(Ranges.atLeast("topK", classes, 1));
            return this;
        }

        /**
         * Sets how many images the teacher sees at once; default 64.
         *
         * @param images at least 1
         * @return this builder
         */
        public Builder optBatchSize(int images) {
            batchSize.set(Ranges.atLeast("batchSize", images, 1));
            return this;
        }

        /**
         * Sets how many images are written, and lost when killed, at once; default 1024.
         *
         * @param images at least 1
         * @return this builder
         */
        public Builder optShardSize(int images) {
            shardSize.set(Ranges.atLeast("shardSize", images, 1));
            return this;
        }

        /**
         * Sets how many threads decode; default one a processor.
         *
         * @param threads at least 1
         * @return this builder
         */
        public Builder optWorkers(int threads) {
            workers.set(Ranges.atLeast("workers", threads, 1));
            return this;
        }

        /**
         * Sets whether an unfinished run is continued; default true. Otherwise it is an error that
         * there is one.
         *
         * @param resume whether to go on
         * @return this builder
         */
        public Builder optResume(boolean resume) {
            this.resume.set(resume);
            return this;
        }

        /**
         * Sets whether an earlier table is replaced, once the new one is whole, and an unfinished
         * run is begun anew; default false. Goes with {@code optResume(false)}.
         *
         * @param replace whether to replace
         * @return this builder
         */
        public Builder optReplace(boolean replace) {
            this.replace.set(replace);
            return this;
        }

        /**
         * Adds one who follows the run.
         *
         * @param listener called after each batch
         * @return this builder
         */
        public Builder addListener(LabelListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Creates the labeler.
         *
         * @return the labeler
         * @throws IllegalStateException if there is no teacher or size
         * @throws IllegalArgumentException if the short side is less than the input's longer one
         */
        public SoftLabeler build() {
            teachers.requireAny();
            Setting.requireAll(height);
            int longer = Math.max(height.required(), width.required());
            if (shortSide.or(longer) < longer) {
                throw new IllegalArgumentException(
                        "shortSide must be at least the input's "
                                + longer
                                + ", but was "
                                + shortSide.required());
            }
            if (replace.or(false) && resume.or(true)) {
                throw new IllegalArgumentException(
                        "replace must not go with resume, but both were set; call"
                                + " optResume(false)");
            }
            return new SoftLabeler(this);
        }
    }
}
