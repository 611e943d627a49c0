package io.ssld.cli.use;

import ai.djl.ndarray.types.Shape;
import io.ssld.cli.common.OpenModel;
import io.ssld.core.data.internal.Presence;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.internal.Pixels;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.internal.ImagePreparer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network over image files in order, as many as there are: threads decode and prepare a few
 * images ahead, and no more than that is held.
 */
final class BulkPrediction {

    private static final long MAX_PIXELS = 100_000_000;

    private final OpenModel model;
    private final Preprocessing preprocessing;
    private final int batch;
    private final int workers;
    private final ImageDecoder decoder = new ImageDecoder(MAX_PIXELS);

    /**
     * Prepares to run.
     *
     * @param model the network
     * @param preprocessing what an image goes through first
     * @param batch how many images the network sees at once
     * @param workers how many threads decode
     */
    BulkPrediction(OpenModel model, Preprocessing preprocessing, int batch, int workers) {
        this.model = model;
        this.preprocessing = preprocessing;
        this.batch = batch;
        this.workers = workers;
    }

    /** Hears of every file, in order and in one thread. */
    interface Sink {

        /** An image was answered: row {@code row} of {@code logits} is its own. */
        void answered(Path file, float[] logits, int row) throws IOException;

        /** A file could not be used. */
        void failed(Path file, String reason) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Prepared(Path file, float @Nullable [] values, String fault) {}

    /** Runs over all files. */
    void run(Iterator<Path> files, Sink sink) throws IOException {
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        workers,
                        task -> {
                            Thread thread = new Thread(task, "ssld-decode");
                            thread.setDaemon(true);
                            return thread;
                        });
        try {
            Deque<Future<Prepared>> ahead = new ArrayDeque<>();
            List<Prepared> gathered = new ArrayList<>();
            while (files.hasNext() || !ahead.isEmpty()) {
                while (files.hasNext() && ahead.size() < batch + workers) {
                    Path file = files.next();
                    ahead.add(threads.submit(() -> prepare(file)));
                }
                gathered.add(get(ahead.remove()));
                if (gathered.size() == batch) {
                    answer(gathered, sink);
                    gathered.clear();
                }
            }
            answer(gathered, sink);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Prepared get(Future<Prepared> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an image could not be prepared", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while images were decoded", e);
        }
    }

    private Prepared prepare(Path file) {
        try {
            Pixels image = decoder.decode(ImageDecoder.read(file));
            float[] values =
                    ImagePreparer.prepare(
                            preprocessing, image.height(), image.width(), image.rgb());
            return new Prepared(file, values, "");
        } catch (NoSuchFileException e) {
            return new Prepared(file, null, Presence.reason(file));
        } catch (FileSystemException e) {
            // Java's own message is the path alone.
            String reason = e.getReason() == null ? "permission denied" : e.getReason();
            return new Prepared(file, null, "file cannot be read: " + reason);
        } catch (OutOfMemoryError e) {
            return new Prepared(
                    file, null, "image needs more memory than there is; raise -Xmx or --workers 1");
        } catch (IOException | RuntimeException e) {
            // Whatever one image does, the others are answered.
            return new Prepared(file, null, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void answer(List<Prepared> gathered, Sink sink) throws IOException {
        float[] logits = logits(gathered);
        int row = 0;
        for (Prepared each : gathered) {
            if (each.values == null) {
                sink.failed(each.file, each.fault);
            } else {
                sink.answered(each.file, logits, row++);
            }
        }
    }

    private float[] logits(List<Prepared> gathered) {
        int side = preprocessing.crop();
        int size = 3 * side * side;
        int count = (int) gathered.stream().filter(each -> each.values != null).count();
        if (count == 0) {
            return new float[0];
        }
        float[] images = new float[count * size];
        int row = 0;
        for (Prepared each : gathered) {
            if (each.values != null) {
                System.arraycopy(each.values, 0, images, row++ * size, size);
            }
        }
        return model.logits(images, new Shape(count, 3, side, side));
    }
}
