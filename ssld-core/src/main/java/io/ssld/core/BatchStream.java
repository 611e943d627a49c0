package io.ssld.core;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.BatchIterator;
import io.ssld.core.data.BatchSource;
import io.ssld.core.data.ExampleBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Training batches without end: pass follows pass. */
final class BatchStream implements AutoCloseable {

    private final BatchSource source;
    private final NDManager manager;
    private int pass = -1;
    private @Nullable BatchIterator batches;

    BatchStream(BatchSource source, NDManager manager) {
        this.source = source;
        this.manager = manager;
    }

    /**
     * Returns the next batch, of the next pass where one is used up.
     *
     * @return the batch, owned by the caller
     */
    ExampleBatch next() throws IOException, TranslateException {
        ExampleBatch batch = batches == null ? null : batches.next();
        if (batch == null) {
            close();
            batches = source.pass(manager, ++pass);
            batch = batches.next();
        }
        if (batch == null) {
            throw new IOException(
                    "training data must give at least one batch in every pass, but pass "
                            + pass
                            + " gave none; lower the batch size or look at the quarantined images");
        }
        return batch;
    }

    @Override
    public void close() {
        if (batches != null) {
            batches.close();
            batches = null;
        }
    }
}
