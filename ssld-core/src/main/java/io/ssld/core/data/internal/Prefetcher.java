package io.ssld.core.data.internal;

import io.ssld.images.view.ErasedBox;
import io.ssld.images.view.View;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Renders images before they are needed, on several threads, and hands them out in order.
 *
 * <p>Each image is a task of its own. If a whole batch were one, a single thread would work on the
 * batch that is needed next. At most a fixed number of images is rendered ahead, which bounds the
 * memory. One thread reads.
 */
final class Prefetcher implements AutoCloseable {

    /** Renders one image; called from many threads at once. */
    interface Renderer {

        /** Renders image {@code index} into {@code out}; tells what is still to do, or a fault. */
        Outcome render(int index, byte[] out);
    }

    /**
     * What came of an image: its digest and the boxes to erase, or the reason why it cannot be
     * used. Boxes are erased later, when its bytes have become numbers.
     */
    record Outcome(long digest, List<ErasedBox> erased, @Nullable String fault) {

        static Outcome rendered(long digest, View view) {
            return new Outcome(digest, view.erased(), null);
        }

        static Outcome unusable(String fault) {
            return new Outcome(0, List.of(), fault);
        }
    }

    /** An image that was rendered into {@code pixels}, or the reason why not. */
    static final class Sample {

        final int index;
        final byte[] pixels;
        final long digest;
        final List<ErasedBox> erased;
        final @Nullable String fault;

        private Sample(int index, byte[] pixels, Outcome outcome) {
            this.index = index;
            this.pixels = pixels;
            this.digest = outcome.digest();
            this.erased = outcome.erased();
            this.fault = outcome.fault();
        }
    }

    private final int[] order;
    private final int sampleBytes;
    private final int ahead;
    private final Renderer renderer;
    private final ExecutorService executor;
    private final Queue<Future<Sample>> pending = new ArrayDeque<>();
    private final Queue<byte[]> spare = new ArrayDeque<>();
    private int submitted;

    /**
     * Creates a prefetcher; nothing runs before the first {@link #next}.
     *
     * @param order the images in the order they are handed out
     * @param sampleBytes the length of one rendered image
     * @param ahead how many images to hold at most
     */
    Prefetcher(int[] order, int sampleBytes, int workers, int ahead, Renderer renderer) {
        this.order = order;
        this.sampleBytes = sampleBytes;
        this.ahead = ahead;
        this.renderer = renderer;
        AtomicInteger number = new AtomicInteger();
        executor =
                Executors.newFixedThreadPool(
                        workers,
                        task -> {
                            Thread thread =
                                    new Thread(task, "ssld-images-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Waits for the next image in order; null after the last.
     *
     * @throws InterruptedIOException if interrupted while waiting; no image is lost
     * @throws IllegalStateException if the renderer failed, with its exception as the cause
     * @throws Error if the renderer threw it
     */
    @Nullable Sample next() throws IOException {
        while (pending.size() < ahead && submitted < order.length) {
            submit(order[submitted++]);
        }
        Future<Sample> head = pending.peek();
        if (head == null) {
            return null;
        }
        try {
            Sample sample = head.get();
            // Not before it is there: who is interrupted while waiting has not had it.
            pending.remove();
            return sample;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an image");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("an image could not be rendered", e.getCause());
        }
    }

    /** Takes back a sample that was read, to render another image into its bytes. */
    void recycle(Sample sample) {
        spare.add(sample.pixels);
    }

    /** Stops the workers; one in the middle of an image finishes that. */
    @Override
    public void close() {
        executor.shutdownNow();
        pending.clear();
        spare.clear();
    }

    private void submit(int index) {
        byte[] free = spare.poll();
        byte[] out = free == null ? new byte[sampleBytes] : free;
        pending.add(executor.submit(() -> new Sample(index, out, renderer.render(index, out))));
    }
}
