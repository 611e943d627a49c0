package io.ssld.core.data.internal;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The batches of any DJL data set: tables, text, images, with or without labels.
 *
 * <p>Batch size, order and what happens to an incomplete last batch are the data set's own; DJL
 * shuffles without a seed, so passes differ from run to run. Labels are the first label array,
 * class numbers of shape {@code (N)} or {@code (N, 1)}; -1, or no label array, means unlabelled.
 */
public final class DatasetBatches implements BatchSource {

    private final Dataset dataset;
    private boolean prepared;

    /**
     * Makes a data set a source. It is prepared, which may download it, with the first pass.
     *
     * @param dataset the data set
     */
    public DatasetBatches(Dataset dataset) {
        this.dataset = Objects.requireNonNull(dataset, "dataset");
    }

    /**
     * Returns the size of a {@link RandomAccessDataset}.
     *
     * @return the number of examples, or -1 for other data sets and before the first pass: many
     *     data sets do not know their size until they are prepared
     */
    @Override
    public long size() {
        return prepared && dataset instanceof RandomAccessDataset known ? known.size() : -1;
    }

    @Override
    public BatchIterator pass(NDManager manager, int pass) throws IOException, TranslateException {
        if (!prepared) {
            dataset.prepare();
            prepared = true;
        }
        // DJL's iterators close the manager they were given when they end.
        NDManager reading = manager.newSubManager();
        try {
            Iterator<Batch> batches = dataset.getData(reading).iterator();
            return new Pass(manager, reading, batches);
        } catch (IOException | TranslateException | RuntimeException e) {
            reading.close();
            throw e;
        }
    }

    /** One pass; its position counts batches, since DJL may leave examples out unseen. */
    private static final class Pass implements BatchIterator {

        private final NDManager manager;
        private final NDManager reading;
        private final Iterator<Batch> batches;
        private long position;

        Pass(NDManager manager, NDManager reading, Iterator<Batch> batches) {
            this.manager = manager;
            this.reading = reading;
            this.batches = batches;
        }

        @Override
        public @Nullable ExampleBatch next() throws IOException, TranslateException {
            if (!reading.isOpen()) {
                return null;
            }
            try {
                if (!batches.hasNext()) {
                    close();
                    return null;
                }
                try (Batch batch = batches.next()) {
                    ExampleBatch taken = take(batch);
                    position++;
                    return taken;
                }
            } catch (IllegalStateException e) {
                throw unwrapped(e);
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void close() {
            reading.close();
        }

        /** Moves the inputs to a manager of their own, which outlives DJL's batch. */
        private ExampleBatch take(Batch batch) {
            NDList inputs = batch.getData();
            int size = Math.toIntExact(inputs.head().size(0));
            int[] labels = ClassNumbers.of(batch.getLabels(), size);
            NDManager own = manager.newSubManager();
            inputs.attach(own);
            return new ExampleBatch(own, inputs, labels);
        }

        /** DJL's iterators cannot throw checked exceptions and wrap them. */
        private static IllegalStateException unwrapped(IllegalStateException e)
                throws IOException, TranslateException {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof TranslateException cause) {
                throw cause;
            }
            return e;
        }
    }
}
