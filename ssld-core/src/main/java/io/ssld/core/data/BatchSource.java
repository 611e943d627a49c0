package io.ssld.core.data;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import java.io.IOException;

/**
 * Where a run gets its examples from, pass after pass: an {@link ImageList} rendered into views, or
 * any DJL data set.
 *
 * <p>A source is read by one thread.
 */
public interface BatchSource {

    /**
     * Returns how many examples one pass holds.
     *
     * @return the number of examples, or -1 if the source cannot tell before it was read
     */
    long size();

    /**
     * Starts one pass over the examples.
     *
     * @param manager the owner of the arrays of each batch until the batch is closed
     * @param pass the number of the pass, from 0; a source that shuffles or augments draws from it,
     *     so that the same pass gives the same batches
     * @return the batches of the pass, to be closed
     * @throws IOException if the examples cannot be read
     * @throws TranslateException if the examples cannot be turned into arrays
     */
    BatchIterator pass(NDManager manager, int pass) throws IOException, TranslateException;
}
