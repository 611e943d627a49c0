package io.ssld.core.data.internal;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageList;
import java.io.IOException;
import java.util.Objects;

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

    /**
     * Starts one pass in its middle: a run that was stopped goes on with the batch it did not see.
     *
     * <p>Unless a source can do better, what comes before is read and closed. The batches that
     * follow are those of the whole pass if the source gives the same pass twice; DJL's shuffled
     * data sets do not.
     *
     * @param manager the owner of the arrays of each batch until the batch is closed
     * @param pass the number of the pass, from 0
     * @param skip a {@link BatchIterator#position()} of that pass; 0 is its beginning
     * @return the batches from there on, to be closed; none if {@code skip} is the end of the pass
     * @throws IOException if the examples cannot be read
     * @throws TranslateException if the examples cannot be turned into arrays
     * @throws IllegalArgumentException if {@code skip} is negative, behind the end of the pass or
     *     not where a batch ended
     */
    default BatchIterator pass(NDManager manager, int pass, long skip)
            throws IOException, TranslateException {
        Objects.requireNonNull(manager, "manager");
        if (skip < 0) {
            throw new IllegalArgumentException("skip must be from 0, but was " + skip);
        }
        BatchIterator batches = pass(manager, pass);
        try {
            while (batches.position() < skip) {
                ExampleBatch batch = batches.next();
                if (batch == null) {
                    break;
                }
                batch.close();
            }
            if (batches.position() != skip) {
                throw new IllegalArgumentException(
                        "skip must be where a batch of pass "
                                + pass
                                + " ended, but was "
                                + skip
                                + " near "
                                + batches.position()
                                + "; take it from position() of the same source");
            }
            return batches;
        } catch (IOException | TranslateException | RuntimeException | Error e) {
            batches.close();
            throw e;
        }
    }
}
