package io.ssld.selection.duplicates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.Normalization;
import io.ssld.engine.internal.Inference;
import io.ssld.images.internal.Pixels;
import io.ssld.images.view.ImageSize;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The pooled features, or the logits, of a network as a {@link Descriptor}.
 *
 * <p>Images are averaged to the network's input size whatever their shape, normalised and given to
 * the function as {@code (N, 3, height, width)}. What it returns is flattened to {@code (N, D)}: a
 * feature map should be pooled first. No gradient is recorded. The model stays its maker's, who
 * closes it.
 */
public final class NetworkDescriptor implements Descriptor {

    private final NDManager parent;
    private final UnaryOperator<NDArray> network;
    private final ImageSize size;
    private final Normalization normalization;

    /**
     * Creates a descriptor.
     *
     * @param manager a manager of the network's device
     * @param network from a batch {@code (N, 3, height, width)} to features {@code (N, ...)};
     *     called from several threads at once
     * @param size the network's input size
     * @param normalization its mean and deviation
     */
    public NetworkDescriptor(
            NDManager manager,
            UnaryOperator<NDArray> network,
            ImageSize size,
            Normalization normalization) {
        this.parent = Objects.requireNonNull(manager, "manager");
        this.network = Objects.requireNonNull(network, "network");
        this.size = Objects.requireNonNull(size, "size");
        this.normalization = Objects.requireNonNull(normalization, "normalization");
    }

    @Override
    public float[][] describe(List<Pixels> images) {
        int count = images.size();
        float[] values = new float[count * size.bytes()];
        for (int i = 0; i < count; i++) {
            float[][] planes = Thumbnails.planes(images.get(i), size.width(), size.height());
            put(planes, values, i * size.bytes());
        }
        try (NDManager manager = parent.newSubManager()) {
            // Open until the answer is read: on the CPU it alone keeps the Java buffer.
            NDArray batch =
                    manager.create(values, new Shape(count, 3, size.height(), size.width()));
            NDArray answer =
                    Inference.run(new NDList(batch), inputs -> network.apply(inputs.head()));
            answer.attach(manager);
            return rows(answer.toType(DataType.FLOAT32, false), count);
        }
    }

    private void put(float[][] planes, float[] values, int at) {
        for (int c = 0; c < 3; c++) {
            float mean = normalization.mean().get(c);
            float deviation = normalization.std().get(c);
            for (float value : planes[c]) {
                values[at++] = (value - mean) / deviation;
            }
        }
    }

    private static float[][] rows(NDArray answer, int count) {
        if (answer.getShape().dimension() < 2 || answer.getShape().get(0) != count) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "network must answer %d images with %d rows, but answered with shape"
                                    + " %s",
                            count,
                            count,
                            answer.getShape()));
        }
        float[] flat = answer.toFloatArray();
        int length = flat.length / count;
        float[][] rows = new float[count][length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(flat, i * length, rows[i], 0, length);
        }
        return rows;
    }
}
