package io.ssld.core.data.internal;

import ai.djl.ndarray.NDManager;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.View;
import io.ssld.images.view.internal.ViewRenderer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All recorded views of images: image after image, and of each one view after view, for labelling
 * them once. An image is decoded once for all of its views.
 *
 * <p>Images come in groups of a fixed number, and no batch holds views of two groups: the last one
 * of a group may be smaller. So what a batch holds depends on the images of its group alone, and
 * whoever does a group again gets the same batches. An image that cannot be used goes to the
 * quarantine, and none of its views is in a batch.
 */
public final class ViewBatches {

    private final RecordedViews views;
    private final ImageLayout layout;
    private final ImageSize size;
    private final int batchSize;
    private final int group;
    private final int workers;
    private final ImageLoader loader;
    private final ViewRenderer renderer;
    private final BatchMemory memory;

    /**
     * Creates a source.
     *
     * @param views which views, and how they are shown
     * @param layout of the batches
     * @param batchSize the most views of a batch, at least 1
     * @param group how many images have batches of their own, at least 1
     * @param workers how many threads decode and render, at least 1
     * @param maxPixels images of more are refused
     */
    public ViewBatches(
            RecordedViews views,
            ImageLayout layout,
            int batchSize,
            int group,
            int workers,
            long maxPixels) {
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(layout, "layout");
        this.views = views;
        this.layout = layout;
        this.size = new ImageSize(views.height(), views.width());
        this.batchSize = batchSize;
        this.group = group;
        this.workers = workers;
        this.loader = new ImageLoader(new ImageDecoder(maxPixels), 0);
        this.renderer = new ViewRenderer(size);
        this.memory = PixelArrays.memory(size, batchSize);
    }

    /**
     * Starts a pass over images.
     *
     * @param manager the owner of the arrays of each batch until the batch is closed
     * @param images the images; the first one begins a group
     * @param digests what each one's content must be
     * @param quarantine takes the images that cannot be used
     * @return the batches, to be closed
     */
    public Pass pass(NDManager manager, ImageList images, long[] digests, Quarantine quarantine) {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(digests, "digests");
        Objects.requireNonNull(quarantine, "quarantine");
        return new Pass(manager, images, digests.clone(), quarantine);
    }

    /** The batches of one pass. */
    public final class Pass implements BatchIterator {

        private final NDManager manager;
        private final ImageList images;
        private final long[] digests;
        private final Quarantine quarantine;
        private final PixelArrays arrays;
        private final Prefetcher samples;
        private final ConcurrentMap<Integer, Decoded> open = new ConcurrentHashMap<>();
        private final ViewKey[] keys = new ViewKey[batchSize];
        private int taken;

        private Pass(NDManager manager, ImageList images, long[] digests, Quarantine quarantine) {
            this.manager = manager;
            this.images = images;
            this.digests = digests;
            this.quarantine = quarantine;
            arrays = new PixelArrays(size, views.normalization(), layout, memory);
            int all = Math.multiplyExact(images.size(), views.count());
            samples =
                    new Prefetcher(
                            IntStream.range(0, all).toArray(),
                            size.bytes(),
                            workers,
                            Math.addExact(batchSize, workers),
                            this::render);
        }

        /** The views of a batch, all of one group; {@code null} after the last. */
        @Override
        public @Nullable ExampleBatch next() throws IOException {
            int groupViews = group * views.count();
            int count = 0;
            while (count < batchSize && !(count > 0 && taken % groupViews == 0)) {
                Prefetcher.Sample sample = samples.next();
                if (sample == null) {
                    break;
                }
                taken++;
                ImageEntry entry = images.entries().get(sample.index / views.count());
                if (sample.fault != null) {
                    quarantine.add(images.resolve(entry), sample.fault);
                } else {
                    arrays.put(count, sample.pixels, sample.erased);
                    int view = sample.index % views.count();
                    keys[count++] = new ViewKey(sample.digest, view, entry.path());
                }
                samples.recycle(sample);
            }
            if (count == 0) {
                return null;
            }
            int[] labels = new int[count];
            Arrays.fill(labels, ImageEntry.UNLABELLED);
            return arrays.toBatch(manager, labels, List.of(Arrays.copyOf(keys, count)));
        }

        /** Counts views, those of images that could not be used among them. */
        @Override
        public long position() {
            return taken;
        }

        /**
         * Returns which group the last batch was of.
         *
         * @return from 0; before the first batch 0
         */
        public int group() {
            return (int) (Math.max(0, taken - 1L) / ((long) group * views.count()));
        }

        @Override
        public void close() {
            samples.close();
            arrays.close();
        }

        private Prefetcher.Outcome render(int index, byte[] out) {
            int image = index / views.count();
            Decoded decoded = open.computeIfAbsent(image, i -> new Decoded());
            try {
                SourceImage pixels =
                        decoded.get(images.resolve(images.entries().get(image)), digests[image]);
                View view =
                        views.sampler()
                                .draw(
                                        pixels.digest(),
                                        index % views.count(),
                                        pixels.width(),
                                        pixels.height());
                renderer.render(pixels.whole(), view, out);
                return Prefetcher.Outcome.rendered(pixels.digest(), view);
            } catch (IOException e) {
                String reason = e.getMessage();
                return Prefetcher.Outcome.unusable(reason == null ? e.toString() : reason);
            } finally {
                if (decoded.left.decrementAndGet() == 0) {
                    open.remove(image);
                }
            }
        }
    }

    /** An image while its views are rendered. */
    private final class Decoded {

        private final AtomicInteger left = new AtomicInteger(views.count());
        private @Nullable SourceImage image;
        private @Nullable IOException failure;

        synchronized SourceImage get(Path file, long digest) throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (image == null) {
                try {
                    image = decode(file, digest);
                } catch (IOException e) {
                    failure = e;
                    throw e;
                }
            }
            return image;
        }

        private SourceImage decode(Path file, long digest) throws IOException {
            SourceImage opened = loader.load(file);
            if (opened.digest() != digest) {
                throw new IOException("file was changed while it was recorded");
            }
            return SourceImage.of(opened.whole(), digest);
        }
    }
}
