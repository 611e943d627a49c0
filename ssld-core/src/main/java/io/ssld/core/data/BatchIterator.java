package io.ssld.core.data;

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

    /** Stops the pass and frees what it holds; the batches already handed out stay valid. */
    @Override
    void close();
}
