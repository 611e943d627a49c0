package io.ssld.core.data.internal;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.ssld.core.data.ImageEntry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A batch of examples: what both networks see, and the labels of those examples that have one.
 *
 * <p>All arrays belong to the batch's own manager; closing the batch frees them and whatever was
 * computed from them. Their memory may serve the next batch: a view of an input, moved to another
 * manager, must not be read after that.
 */
public final class ExampleBatch implements AutoCloseable {

    private final NDManager manager;
    private final NDList inputs;
    private final int[] labels;
    private final List<ViewKey> keys;
    private @Nullable Runnable onClose;

    /**
     * Creates a batch.
     *
     * @param manager the owner of {@code inputs}; closed with the batch
     * @param inputs the inputs of both networks; for images one array {@code (N, 3, H, W)}
     * @param labels one class number an example, {@link ImageEntry#UNLABELLED} where there is none
     */
    public ExampleBatch(NDManager manager, NDList inputs, int[] labels) {
        this(manager, inputs, labels, List.of(), () -> {});
    }

    /** A batch in memory that is used again: {@code onClose} runs once, when nothing uses it. */
    ExampleBatch(
            NDManager manager, NDList inputs, int[] labels, List<ViewKey> keys, Runnable onClose) {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(labels, "labels");
        this.keys = List.copyOf(keys);
        this.onClose = onClose;
        this.manager = manager;
        this.inputs = inputs;
        this.labels = labels.clone();
    }

    /**
     * Returns the owner of the batch's arrays, on which a step makes its own.
     *
     * @return the manager, closed with this batch
     */
    public NDManager manager() {
        return manager;
    }

    /**
     * Returns what both networks see.
     *
     * @return the inputs, first dimension N
     */
    public NDList inputs() {
        return inputs;
    }

    /**
     * Returns the class number of each example.
     *
     * @return N class numbers, {@link ImageEntry#UNLABELLED} where there is none
     */
    public int[] labels() {
        return labels.clone();
    }

    /**
     * Returns what names the view that each example is.
     *
     * @return N keys; none if the source does not tell, as those of other data than images
     */
    public List<ViewKey> keys() {
        return keys;
    }

    /**
     * Returns the number of examples.
     *
     * @return N
     */
    public int size() {
        return labels.length;
    }

    @Override
    public void close() {
        manager.close();
        if (onClose != null) {
            onClose.run();
            onClose = null;
        }
    }
}
