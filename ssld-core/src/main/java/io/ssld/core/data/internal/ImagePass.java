package io.ssld.core.data.internal;

import ai.djl.ndarray.NDManager;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.QuarantinedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pass over images: good samples into batches, bad ones into the quarantine. */
final class ImagePass implements BatchIterator {

    private final NDManager manager;
    private final ImageList images;
    private final Quarantine quarantine;
    private final Prefetcher samples;
    private final PixelArrays arrays;
    private final int[] labels;
    private final ViewKey[] keys;
    private final int view;
    private final boolean keepsPartial;
    private long position;
    private int used;
    private boolean handedOut;
    private boolean ended;
    private boolean closed;

    ImagePass(
            NDManager manager,
            ImageList images,
            Quarantine quarantine,
            Prefetcher samples,
            PixelArrays arrays,
            int batchSize,
            boolean keepsPartial,
            int view,
            long start) {
        this.manager = manager;
        this.images = images;
        this.quarantine = quarantine;
        this.samples = samples;
        this.arrays = arrays;
        this.labels = new int[batchSize];
        this.keys = new ViewKey[batchSize];
        this.view = view;
        this.keepsPartial = keepsPartial;
        position = start;
        // A pass starts in its middle because of the batches that came before.
        handedOut = start > 0;
    }

    @Override
    public @Nullable ExampleBatch next() throws IOException {
        if (closed) {
            throw new IllegalStateException("pass must be open, but was closed");
        }
        if (ended) {
            return null;
        }
        int count;
        try {
            count = fill();
        } catch (IOException | RuntimeException | Error e) {
            // Half a batch was taken: going on would leave it out without a word.
            close();
            throw e;
        }
        if (count == labels.length || (count > 0 && keepsPartial)) {
            handedOut = true;
            return arrays.toBatch(
                    manager, Arrays.copyOf(labels, count), List.of(Arrays.copyOf(keys, count)));
        }
        end();
        if (!handedOut) {
            throw new IOException(emptyPass());
        }
        return null;
    }

    /** Counts places of the pass's order, those of images that could not be used among them. */
    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() {
        closed = true;
        end();
    }

    private void end() {
        ended = true;
        samples.close();
        arrays.close();
    }

    /** Fills the slots of one batch; returns how many. */
    private int fill() throws IOException {
        int count = 0;
        long taken = 0;
        while (count < labels.length) {
            Prefetcher.Sample sample = samples.next();
            if (sample == null) {
                break;
            }
            taken++;
            ImageEntry entry = images.entries().get(sample.index);
            // Quarantined here and not by the worker: what is in it follows the order of the pass.
            if (sample.fault != null) {
                quarantine.add(images.resolve(entry), sample.fault);
            } else {
                keys[count] = new ViewKey(sample.digest, view, entry.path());
                arrays.put(count, sample.pixels, sample.erased);
                labels[count++] = entry.label();
                used++;
            }
            samples.recycle(sample);
        }
        position += taken;
        return count;
    }

    private String emptyPass() {
        List<QuarantinedImage> bad = quarantine.entries();
        String first =
                bad.isEmpty()
                        ? ""
                        : ", the first: " + bad.get(0).path() + ": " + bad.get(0).reason();
        return "pass must give at least one batch, but only "
                + used
                + " of "
                + images.size()
                + " images could be used, for batches of "
                + labels.length
                + "; quarantined: "
                + bad.size()
                + first;
    }
}
