package io.ssld.core.data.internal;

import ai.djl.ndarray.NDManager;
import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.Quarantine;
import io.ssld.images.internal.Box;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.Interpolation;
import io.ssld.images.view.View;
import io.ssld.images.view.ViewSampler;
import io.ssld.images.view.internal.ViewRenderer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The batches of an {@link ImageList}: decoded, seen through a view, resized, normalised.
 *
 * <p>With {@link Builder#optViews views} it is a source for training: each pass has an order of its
 * own and draws view number <em>pass</em> of every image, and an incomplete last batch is left out.
 * Without, it is one for evaluation: the list's order, the short side resized and the centre cut
 * out, and every image, so that the last batch may be smaller.
 *
 * <p>The input of a batch is one array {@code (N, 3, H, W)} of {@code float}, in the layout that is
 * {@link Builder#optLayout set}.
 *
 * <p>Images that cannot be read or decoded go to the {@link #quarantine()}; the pass goes on with
 * the next one, and later passes skip them. A pass that cannot fill a single batch fails with an
 * {@link IOException}. The batches of a pass depend on the images, the settings and the number of
 * the pass, not on the number of workers.
 *
 * <p>{@link ImageDecoder} says which variants of which formats are decoded, and into what; what
 * cannot be decoded rightly is refused.
 */
public final class ImageBatches implements BatchSource {

    private final ImageList images;
    private final ImageSize size;
    private final int batchSize;
    private final boolean training;
    private final ViewSampler views;
    private final int viewCount;
    private final Normalization normalization;
    private final ImageLayout layout;
    private final long seed;
    private final int workers;
    private final ImageDecoder decoder;
    private final ImageLoader loader;
    private final ViewRenderer renderer;
    private final BatchMemory memory;
    private final Quarantine quarantine;

    private ImageBatches(Builder builder) {
        images = builder.images.required();
        size = builder.size.required();
        batchSize = builder.batchSize.required();
        training = builder.views.isSet();
        int shortSide = builder.shortSide.or(size.defaultShortSide());
        Interpolation interpolation = builder.interpolation.or(Interpolation.OPENCV_BILINEAR);
        views =
                builder.views.or(
                        (digest, number, width, height) ->
                                View.centerCrop(
                                                width,
                                                height,
                                                shortSide,
                                                size.width(),
                                                size.height())
                                        .withInterpolation(interpolation));
        viewCount = builder.viewCount.or(0);
        normalization = builder.normalization.or(Normalization.IMAGENET);
        layout = builder.layout.or(ImageLayout.NCHW);
        seed = builder.seed.or(0L);
        workers = builder.workers.or(Runtime.getRuntime().availableProcessors());
        decoder = builder.newDecoder();
        loader =
                new ImageLoader(
                        decoder,
                        builder.cacheBytes.or(
                                Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4)));
        renderer = new ViewRenderer(size);
        memory = PixelArrays.memory(size, batchSize);
        quarantine = builder.quarantine.or(new Quarantine());
    }

    /** The source that another one is, but for its threads; images and quarantine are shared. */
    private ImageBatches(ImageBatches other, int workers) {
        images = other.images;
        size = other.size;
        batchSize = other.batchSize;
        training = other.training;
        views = other.views;
        viewCount = other.viewCount;
        normalization = other.normalization;
        layout = other.layout;
        seed = other.seed;
        this.workers = workers;
        decoder = other.decoder;
        loader = other.loader;
        renderer = other.renderer;
        memory = other.memory;
        quarantine = other.quarantine;
    }

    /**
     * Returns this source with another number of threads. It gives the same batches, keeps decoded
     * images in the same memory and fills the same quarantine.
     *
     * @param count how many threads decode and render, at least 1
     * @return the source
     */
    public ImageBatches withWorkers(int count) {
        return new ImageBatches(this, Builder.atLeast(1, count, "workers"));
    }

    /**
     * Starts a source.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the number of images in a pass: those not known to be unusable, in training rounded
     * down to whole batches.
     *
     * @return the number of examples; it falls when images go to the quarantine
     */
    @Override
    public long size() {
        long usable = images.size();
        if (quarantine.size() > 0) {
            usable =
                    images.entries().stream()
                            .filter(entry -> !quarantine.contains(images.resolve(entry)))
                            .count();
        }
        return training ? usable - usable % batchSize : usable;
    }

    /**
     * Starts one pass. Its workers end with the last batch, or when the pass is closed.
     *
     * @throws IllegalArgumentException if the number of the pass is negative
     */
    @Override
    public BatchIterator pass(NDManager manager, int pass) {
        return pass(manager, pass, 0);
    }

    /**
     * Starts one pass in its middle, without touching the images that came before.
     *
     * @param skip how many places of the pass's order were consumed, images that could not be used
     *     among them: a {@link BatchIterator#position()}
     * @throws IllegalArgumentException if the number of the pass is negative, or {@code skip} is
     *     negative or above the number of images
     */
    @Override
    public BatchIterator pass(NDManager manager, int pass, long skip) {
        if (pass < 0) {
            throw new IllegalArgumentException("pass must be from 0, but was " + pass);
        }
        if (skip < 0 || skip > images.size()) {
            throw new IllegalArgumentException(
                    "skip must be in 0.."
                            + images.size()
                            + ", the number of images, but was "
                            + skip
                            + "; take it from position() of a pass over the same list");
        }
        int view = viewCount == 0 ? pass : pass % viewCount;
        int[] whole =
                training
                        ? CounterRandom.of(seed, pass).permutation(images.size())
                        : IntStream.range(0, images.size()).toArray();
        int[] order = Arrays.copyOfRange(whole, (int) skip, whole.length);
        // One batch ahead, and one image more for each worker while that batch is taken.
        int ahead = Math.addExact(batchSize, workers);
        Prefetcher samples =
                new Prefetcher(
                        order,
                        size.bytes(),
                        workers,
                        ahead,
                        (index, out) -> render(index, view, out));
        PixelArrays arrays = new PixelArrays(size, normalization, layout, memory);
        return new ImagePass(
                manager, images, quarantine, samples, arrays, batchSize, !training, view, skip);
    }

    /**
     * Returns what decodes the images, with versions, for the record of a run.
     *
     * @return {@link ImageDecoder#name()}
     */
    public String decoderName() {
        return decoder.name();
    }

    /**
     * Returns what could not be used so far, in all passes of this source and of those that it
     * shares the quarantine with.
     *
     * @return the quarantine, which fills while passes are read
     */
    public Quarantine quarantine() {
        return quarantine;
    }

    /** Runs on the workers: everything between the path and the bytes that the network sees. */
    private Prefetcher.Outcome render(int index, int number, byte[] out) {
        Path file = images.resolve(images.entries().get(index));
        if (quarantine.contains(file)) {
            return Prefetcher.Outcome.unusable("known");
        }
        try {
            SourceImage image = loader.load(file);
            View view = views.draw(image.digest(), number, image.width(), image.height());
            render(image, view, out);
            return Prefetcher.Outcome.rendered(image.digest(), view);
        } catch (NoSuchFileException e) {
            return Prefetcher.Outcome.unusable(Presence.reason(file));
        } catch (IOException e) {
            String reason = e.getMessage();
            return Prefetcher.Outcome.unusable(reason == null ? e.toString() : reason);
        }
    }

    /** Decodes no more than the view sees; the bytes are the same either way. */
    private void render(SourceImage image, View view, byte[] out) throws IOException {
        Box seen = image.hasCheapRegions() ? view.onlySees() : null;
        if (seen != null && seen.isIn(image.width(), image.height())) {
            renderer.render(image.region(seen), view.atOrigin(), out);
        } else {
            renderer.render(image.whole(), view, out);
        }
    }

    /** Settings of an {@link ImageBatches}. */
    public static final class Builder {

        private final Setting<ImageList> images = new Setting<>("images");
        private final Setting<ImageSize> size = new Setting<>("size");
        private final Setting<Integer> batchSize = new Setting<>("batchSize");
        private final Setting<ViewSampler> views = new Setting<>("views");
        private final Setting<Integer> viewCount = new Setting<>("viewCount");
        private final Setting<Integer> shortSide = new Setting<>("shortSide");
        private final Setting<Interpolation> interpolation = new Setting<>("interpolation");
        private final Setting<Normalization> normalization = new Setting<>("normalization");
        private final Setting<ImageLayout> layout = new Setting<>("layout");
        private final Setting<Long> seed = new Setting<>("seed");
        private final Setting<Integer> workers = new Setting<>("workers");
        private final Setting<Long> cacheBytes = new Setting<>("cacheBytes");
        private final Setting<Quarantine> quarantine = new Setting<>("quarantine");
        private final Setting<Long> maxPixels = new Setting<>("maxPixels");
        private final Setting<ImageDecoder.Choice> decoder = new Setting<>("decoder");

        private Builder() {}

        /**
         * Sets the images.
         *
         * @param images at least one; in training at least a batch
         * @return this builder
         */
        public Builder setImages(ImageList images) {
            this.images.set(images);
            return this;
        }

        /**
         * Sets the size of the network's input.
         *
         * @param height the height in pixels
         * @param width the width in pixels
         * @return this builder
         */
        public Builder setSize(int height, int width) {
            size.set(new ImageSize(height, width));
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
         * Sets how many images a batch has.
         *
         * @param batchSize at least 1
         * @return this builder
         */
        public Builder setBatchSize(int batchSize) {
            this.batchSize.set(atLeast(1, batchSize, "batchSize"));
            return this;
        }

        /**
         * Makes this a source for training.
         *
         * @param views what draws view number <em>pass</em> of each image
         * @return this builder
         */
        public Builder optViews(ViewSampler views) {
            this.views.set(views);
            return this;
        }

        /**
         * Sets how many different views of an image there are: pass <em>p</em> shows view
         * <em>p</em> modulo that. Default: as many as passes. Only together with {@link #optViews}.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder optViewCount(int count) {
            viewCount.set(atLeast(1, count, "viewCount"));
            return this;
        }

        /**
         * Sets what the shorter side becomes in evaluation before the centre is cut out; default
         * 256/224 of the input's longer side, rounded. Not together with {@link #optViews}.
         *
         * @param pixels at least the input's longer side
         * @return this builder
         */
        public Builder optShortSide(int pixels) {
            shortSide.set(atLeast(1, pixels, "shortSide"));
            return this;
        }

        /**
         * Sets how images are resized in evaluation; default as OpenCV does, bilinear. Not together
         * with {@link #optViews}, which say it themselves.
         *
         * @param value the interpolation
         * @return this builder
         */
        public Builder optInterpolation(Interpolation value) {
            interpolation.set(value);
            return this;
        }

        /**
         * Sets the normalisation; default {@link Normalization#IMAGENET}.
         *
         * @param normalization a normalisation of three channels
         * @return this builder
         */
        public Builder optNormalization(Normalization normalization) {
            Objects.requireNonNull(normalization, "normalization");
            if (normalization.channels() != 3) {
                throw new IllegalArgumentException(
                        "normalization must have 3 channels, but had " + normalization.channels());
            }
            this.normalization.set(normalization);
            return this;
        }

        /**
         * Sets which order each training pass has; default 0.
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed.set(seed);
            return this;
        }

        /**
         * Sets how many threads decode and render; default one a processor.
         *
         * @param workers at least 1
         * @return this builder
         */
        public Builder optWorkers(int workers) {
            this.workers.set(atLeast(1, workers, "workers"));
            return this;
        }

        /**
         * Sets how much memory decoded images are kept in from pass to pass; default 256 MiB, but
         * at most a quarter of the heap.
         *
         * @param bytes at least 0, which keeps none
         * @return this builder
         */
        public Builder optCacheBytes(long bytes) {
            cacheBytes.set(atLeast(0, bytes, "cacheBytes"));
            return this;
        }

        /**
         * Sets where images that cannot be used go; default a new quarantine.
         *
         * @param quarantine one that sources may share
         * @return this builder
         */
        public Builder optQuarantine(Quarantine quarantine) {
            this.quarantine.set(quarantine);
            return this;
        }

        /**
         * Sets how many pixels an image may have; a larger one is refused by its header, before
         * memory is taken. Default 100 million.
         *
         * @param pixels at least 1
         * @return this builder
         */
        public Builder optMaxPixels(long pixels) {
            maxPixels.set(atLeast(1, pixels, "maxPixels"));
            return this;
        }

        /**
         * Sets how the batches lie in memory; default {@link ImageLayout#NCHW}. Runs and labelling
         * give each network what is right for it, whatever the source has; this saves the copy.
         *
         * @param layout the layout
         * @return this builder
         */
        public Builder optLayout(ImageLayout layout) {
            this.layout.set(layout);
            return this;
        }

        /**
         * Sets which libraries decode; default what the system property {@link
         * ImageDecoder#PROPERTY} says, else {@link ImageDecoder.Choice#AUTO}. The pixels are the
         * same.
         *
         * @param choice the libraries
         * @return this builder
         */
        public Builder optDecoder(ImageDecoder.Choice choice) {
            decoder.set(choice);
            return this;
        }

        private ImageDecoder newDecoder() {
            long limit = maxPixels.or(ImageDecoder.USUAL_MAX_PIXELS);
            return decoder.isSet()
                    ? new ImageDecoder(limit, decoder.required())
                    : new ImageDecoder(limit);
        }

        /**
         * Creates the source.
         *
         * @return the source
         * @throws IllegalStateException if a required setting is missing or two are in conflict
         * @throws IllegalArgumentException if there are no images, or in training fewer than a
         *     batch, or the short side is smaller than the input
         */
        public ImageBatches build() {
            Setting.requireAll(images, size, batchSize);
            requireEnoughImages(images.required().size(), batchSize.required());
            if (views.isSet() && interpolation.isSet()) {
                throw new IllegalStateException(
                        "interpolation must not be set together with views, but was already set to "
                                + interpolation.required()
                                + "; it is for evaluation");
            }
            if (viewCount.isSet() && !views.isSet()) {
                throw new IllegalStateException(
                        "viewCount must be set together with views, but those were not set; an"
                                + " evaluation has one view");
            }
            if (shortSide.isSet()) {
                requireFit(shortSide.required(), size.required());
            }
            return new ImageBatches(this);
        }

        private void requireEnoughImages(int count, int batch) {
            int least = views.isSet() ? batch : 1;
            if (count < least) {
                throw new IllegalArgumentException(
                        "images must be at least "
                                + least
                                + ", but were "
                                + count
                                + (least == 1
                                        ? "; name some"
                                        : "; lower the batch size, for training leaves out"
                                                + " batches that are not full"));
            }
        }

        private void requireFit(int side, ImageSize input) {
            if (views.isSet()) {
                throw new IllegalStateException(
                        "shortSide must not be set together with views, but was already set to "
                                + side
                                + "; it is for evaluation");
            }
            if (side < Math.max(input.height(), input.width())) {
                throw new IllegalArgumentException(
                        "shortSide must be at least the input's " + input + ", but was " + side);
            }
        }

        private static <T extends Number> T atLeast(long least, T value, String name) {
            if (value.longValue() < least) {
                throw new IllegalArgumentException(
                        name + " must be at least " + least + ", but was " + value);
            }
            return value;
        }
    }
}
