package io.ssld.core.run.internal;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.BatchSource;
import io.ssld.core.data.internal.ExampleBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Training batches without end: pass follows pass. */
public final class BatchStream implements AutoCloseable {

    private final BatchSource source;
    private final NDManager manager;
    private final RunSeeds seeds;
    private int pass;
    private long position;
    private @Nullable BatchIterator batches;

    /**
     * Creates a stream.
     *
     * @param source the training data
     * @param manager the owner of each batch until it is closed
     * @param seeds seeds what a data set draws at random
     * @param pass the pass to start with
     * @param position how far that pass was read already
     */
    public BatchStream(
            BatchSource source, NDManager manager, RunSeeds seeds, int pass, long position) {
        this.source = source;
        this.manager = manager;
        this.seeds = seeds;
        this.pass = pass;
        this.position = position;
    }

    /**
     * Returns the next batch, of the next pass where one is used up.
     *
     * @param number of the batch in the run, from 0
     * @return the batch, owned by the caller
     */
    public ExampleBatch next(long number) throws IOException, TranslateException {
        ExampleBatch batch = read(number);
        if (batch == null) {
            close();
            pass++;
            position = 0;
            batch = read(number);
        }
        if (batch == null) {
            throw new IOException(
                    "training data must give at least one batch in every pass, but pass "
                            + pass
                            + " gave none; lower the batch size or look at the quarantined images");
        }
        return batch;
    }

    private @Nullable ExampleBatch read(long number) throws IOException, TranslateException {
        if (batches == null) {
            seeds.pass(pass);
            batches = source.pass(manager, pass, position);
        }
        seeds.batch(number);
        ExampleBatch batch = batches.next();
        position = batches.position();
        return batch;
    }

    /** The pass of the last batch, from 0. */
    int pass() {
        return pass;
    }

    /** How far that pass was read: the next batch is the first behind it. */
    long position() {
        return position;
    }

    @Override
    public void close() {
        if (batches != null) {
            batches.close();
            batches = null;
        }
    }
}
