package io.ssld.core.data.internal;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The batches of one pass, in order. */
public interface BatchIterator extends AutoCloseable {

    /**
     * Returns the next batch.
     *
     * @return the batch, owned by the caller, or {@code null} after the last
     * @throws IOException if an example cannot be read
     * @throws TranslateException if an example cannot be turned into an array
     */
    @Nullable ExampleBatch next() throws IOException, TranslateException;

    /**
     * Returns how far the pass has come, in the source's own unit, which is not that of batches
     * where examples that cannot be used are left out. Given to {@link BatchSource#pass(NDManager,
     * int, long)} it starts a pass whose first batch is the one that {@link #next} would return
     * now.
     *
     * @return what was consumed for the batches returned so far, and before the first of them; from
     *     0
     */
    long position();

    /** Stops the pass and frees what it holds; the batches already handed out stay valid. */
    @Override
    void close();
}
