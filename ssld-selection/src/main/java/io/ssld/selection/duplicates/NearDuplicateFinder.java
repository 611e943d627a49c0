package io.ssld.selection.duplicates;

import ai.djl.ndarray.NDManager;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageList;
import io.ssld.engine.internal.Engines;
import io.ssld.engine.internal.NoGrad;
import io.ssld.images.internal.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the images of a pool that are copies of others: of a reference set, such as the validation
 * images, or of earlier images of the pool itself.
 *
 * <p>Three stages, each for what the one before left over:
 *
 * <ol>
 *   <li>equal files and equal pixels, by SHA-256;
 *   <li>candidates: the {@code candidates} images whose descriptors have the highest cosine, over
 *       the whole and nine windows of each, as they are and mirrored; exact nearest neighbours;
 *   <li>verification of each candidate by SIFT features, a homography through them, and the
 *       agreement of the pixels under it. Images too plain or too small for that are laid over each
 *       other directly; if that proves nothing either, the verdict is {@link Verdict#UNDECIDED}.
 * </ol>
 *
 * <p>Being a copy is not transitive, and nothing here takes it for that: each image that is removed
 * was verified against the very image it is said to duplicate, and within a pool that image is
 * kept. Within a pool the first of several copies stays, in the order of the list.
 *
 * <p>Equal files in equal order give equal results, whatever the number of workers and whether or
 * not descriptors came from the cache. Images that cannot be read are reported; the search goes on.
 *
 * <p>Memory beside the heap: four bytes for each number of the reference images' vectors (of the
 * pool's, within a pool), which is 7.8 kB an image with windows and 0.8 kB without for the
 * descriptor built in, and 67 MB for scores. The pool is read in blocks of 256 images.
 */
public final class NearDuplicateFinder {

    private final @Nullable ImageList reference;
    private final DuplicateSettings settings;
    private final @Nullable Descriptor descriptor;
    private final int workers;
    private final @Nullable Path cacheFile;
    private final long memory;
    private final long maxPixels;
    private final DuplicateProgress progress;

    private NearDuplicateFinder(Builder builder) {
        reference = builder.reference;
        descriptor = builder.descriptor.orNull();
        MatchThresholds usual = MatchThresholds.DEFAULT;
        MatchThresholds thresholds =
                builder.thresholds.or(
                        descriptor == null ? usual : usual.withSimilarity(Double.NaN));
        boolean known = !Double.isNaN(thresholds.similarity());
        UndecidedPolicy undecided =
                builder.undecided.or(known ? UndecidedPolicy.BY_SIMILARITY : UndecidedPolicy.KEEP);
        if (undecided == UndecidedPolicy.BY_SIMILARITY && !known) {
            throw new IllegalArgumentException(
                    "undecided must be KEEP or REMOVE for the descriptor "
                            + builder.name.or(ClassicalViews.NAME)
                            + ", but was BY_SIMILARITY, and no similarity is known for it; give"
                            + " one in thresholds");
        }
        settings =
                new DuplicateSettings(
                        builder.name.or(ClassicalViews.NAME),
                        builder.windows.or(true),
                        builder.candidates.or(16),
                        builder.minSimilarity.or(0.5),
                        undecided,
                        thresholds);
        workers = builder.workers.or(Runtime.getRuntime().availableProcessors());
        cacheFile = builder.cache.orNull();
        memory = builder.memory.or(2L << 30);
        maxPixels = builder.maxPixels.or(ImageDecoder.USUAL_MAX_PIXELS);
        progress = builder.progress.or((task, done, total) -> {});
    }

    /**
     * Starts a search for images of a pool that are in a reference set, too.
     *
     * @param reference the images that no image of the pool may be a copy of
     * @return a builder
     * @throws NullPointerException if there is no reference: without one there is nothing to check
     */
    public static Builder against(ImageList reference) {
        Objects.requireNonNull(
                reference,
                "reference must be a list of images, but was null; a pool is compared with itself"
                        + " by within()");
        return new Builder(reference);
    }

    /**
     * Starts a search for images of a pool that are in it more than once.
     *
     * @return a builder
     */
    public static Builder within() {
        return new Builder(null);
    }

    /**
     * Searches a pool.
     *
     * @param pool the images to look at
     * @return what stays, and what was found
     * @throws IOException if the cache cannot be read or written, or is in use
     * @throws IllegalStateException if the vectors of the reference need more memory than allowed
     */
    public DuplicateResult find(ImageList pool) throws IOException {
        Objects.requireNonNull(pool, "pool");
        OpenCv.load();
        int views = settings.windows() ? Windows.ALL : 1;
        ViewDescriber describer =
                descriptor == null
                        ? new ClassicalViews(views)
                        : ViewDescriber.of(descriptor, views);
        ExecutorService executor =
                Executors.newFixedThreadPool(workers, NearDuplicateFinder::thread);
        long expected = reference == null ? pool.size() : reference.size();
        try (NDManager manager = Engines.newManager();
                NoGrad off = NoGrad.open(manager.getEngine());
                DescriptorCache cache =
                        cacheFile == null
                                ? DescriptorCache.none()
                                : DescriptorCache.open(cacheFile, settings.descriptor(), views);
                VerdictCache verdicts =
                        cacheFile == null
                                ? VerdictCache.none()
                                : VerdictCache.open(VerdictCache.beside(cacheFile));
                KnownImages known = new KnownImages(manager, expected, memory)) {
            return new DuplicateSearch(
                            settings,
                            new ImageDecoder(maxPixels),
                            describer,
                            cache,
                            verdicts,
                            executor,
                            progress)
                    .run(pool, reference, known);
        } finally {
            executor.shutdownNow();
        }
    }

    /**
     * Deletes the files of {@link Builder#optCache}, if they are there.
     *
     * @param file as it was given there
     * @throws IOException if one cannot be deleted
     */
    public static void deleteCache(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        if (!Files.exists(file)) {
            return;
        }
        DescriptorCache.requireCache(file);
        Files.deleteIfExists(file);
        Files.deleteIfExists(VerdictCache.beside(file));
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "ssld-duplicates");
        thread.setDaemon(true);
        return thread;
    }

    /** Collects the settings of a search. */
    public static final class Builder {

        private final @Nullable ImageList reference;
        private final Setting<Descriptor> descriptor = new Setting<>("descriptor");
        private final Setting<String> name = new Setting<>("name");
        private final Setting<Boolean> windows = new Setting<>("windows");
        private final Setting<Integer> candidates = new Setting<>("candidates");
        private final Setting<Double> minSimilarity = new Setting<>("minSimilarity");
        private final Setting<UndecidedPolicy> undecided = new Setting<>("undecided");
        private final Setting<MatchThresholds> thresholds = new Setting<>("thresholds");
        private final Setting<Integer> workers = new Setting<>("workers");
        private final Setting<Path> cache = new Setting<>("cache");
        private final Setting<Long> memory = new Setting<>("memory");
        private final Setting<Long> maxPixels = new Setting<>("maxPixels");
        private final Setting<DuplicateProgress> progress = new Setting<>("progress");

        private Builder(@Nullable ImageList reference) {
            this.reference = reference;
        }

        /**
         * Describes images by a function, such as a network. Default: a classical descriptor of
         * light, colour and edges.
         *
         * @param name what to call it in reports and in the cache: another function needs another
         *     name
         * @param descriptor the function, such as a {@link NetworkDescriptor}
         * @return this builder
         */
        public Builder optDescriptor(String name, Descriptor descriptor) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(descriptor, "descriptor");
            if (name.isBlank() || name.length() > 100 || name.lines().count() != 1) {
                throw new IllegalArgumentException(
                        "name must be one line of 1 to 100 characters, but was '" + name + "'");
            }
            this.name.set(name);
            this.descriptor.set(descriptor);
            return this;
        }

        /**
         * Sets whether nine windows of each image are described beside the whole. It finds crops
         * and framed copies, for ten times the vectors. Default: true.
         *
         * @param described whether to describe windows
         * @return this builder
         */
        public Builder optWindows(boolean described) {
            windows.set(described);
            return this;
        }

        /**
         * Sets how many candidates are verified at most for each image of the pool. Default: 16.
         *
         * @param count how many, at least 1
         * @return this builder
         */
        public Builder optCandidates(int count) {
            candidates.set(Ranges.atLeast("candidates", count, 1));
            return this;
        }

        /**
         * Sets the cosine of descriptors from which an image is a candidate. Default: 0.5.
         *
         * @param cosine 0 to 1
         * @return this builder
         */
        public Builder optMinSimilarity(double cosine) {
            minSimilarity.set(Ranges.probability("minSimilarity", cosine));
            return this;
        }

        /**
         * Sets what becomes of images about which nothing can be proved. Default: {@link
         * UndecidedPolicy#BY_SIMILARITY} with the descriptor built in, or where {@link
         * #optThresholds} tells the similarity of another one; else {@link UndecidedPolicy#KEEP}.
         *
         * @param policy what to do with them
         * @return this builder
         */
        public Builder optUndecided(UndecidedPolicy policy) {
            undecided.set(policy);
            return this;
        }

        /**
         * Sets when two images count as copies. Default: {@link MatchThresholds#DEFAULT}, for
         * another descriptor without its similarity.
         *
         * @param given the thresholds
         * @return this builder
         */
        public Builder optThresholds(MatchThresholds given) {
            thresholds.set(given);
            return this;
        }

        /**
         * Sets how many threads read, describe and verify. Default: one for each processor.
         *
         * @param count how many, at least 1
         * @return this builder
         */
        public Builder optWorkers(int count) {
            workers.set(Ranges.atLeast("workers", count, 1));
            return this;
        }

        /**
         * Keeps descriptors in a file, and verdicts in another one of that name with {@code
         * .verdicts}, by the content of the images' files: a second run, or one with a day's new
         * images, computes the new ones only; a verdict counts only for the same candidates and
         * thresholds. Default: none are kept.
         *
         * @param file the file, started if it is missing
         * @return this builder
         */
        public Builder optCache(Path file) {
            cache.set(file);
            return this;
        }

        /**
         * Limits the memory for vectors and scores, beside the heap. Default: 2 GiB.
         *
         * @param bytes how many bytes
         * @return this builder
         */
        public Builder optMemory(long bytes) {
            memory.set(Ranges.atLeast("memory", bytes, 1));
            return this;
        }

        /**
         * Sets the largest image that is decoded. Default: 100 million pixels.
         *
         * @param pixels width times height
         * @return this builder
         */
        public Builder optMaxPixels(long pixels) {
            maxPixels.set(Ranges.atLeast("maxPixels", pixels, 1));
            return this;
        }

        /**
         * Is told how far the search is.
         *
         * @param listener who is told
         * @return this builder
         */
        public Builder optProgress(DuplicateProgress listener) {
            progress.set(listener);
            return this;
        }

        /**
         * Builds the finder.
         *
         * @return the finder
         * @throws IllegalArgumentException if images are to go by a similarity, but none is known
         *     for the descriptor
         */
        public NearDuplicateFinder build() {
            return new NearDuplicateFinder(this);
        }
    }
}
