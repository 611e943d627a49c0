package io.ssld.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.view.ErasedBox;
import io.ssld.core.view.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gathers rendered images in one array, where their bytes first become numbers. */
final class PixelArrays {

    private final ImageSize size;
    private final float[][] tables;
    private final BatchMemory memory;
    // One image: it stays in the processor's cache until it is copied.
    private final float[] image;
    private @Nullable ByteBuffer batch;

    PixelArrays(ImageSize size, Normalization normalization, BatchMemory memory) {
        this.size = size;
        this.tables =
                new float[][] {
                    normalization.table(0), normalization.table(1), normalization.table(2)
                };
        this.memory = memory;
        this.image = new float[size.bytes()];
    }

    /** Memory for batches of that many images. */
    static BatchMemory memory(ImageSize size, int capacity) {
        return new BatchMemory(
                Math.multiplyExact(Float.BYTES, Math.multiplyExact(capacity, size.bytes())));
    }

    /** Normalises an image into a slot of the batch, and erases boxes of it. */
    void put(int slot, byte[] rgb, List<ErasedBox> erased) {
        for (int i = 0; i < rgb.length; i += 3) {
            image[i] = tables[0][rgb[i] & 0xFF];
            image[i + 1] = tables[1][rgb[i + 1] & 0xFF];
            image[i + 2] = tables[2][rgb[i + 2] & 0xFF];
        }
        for (ErasedBox box : erased) {
            box.erase(image, 0, size);
        }
        if (batch == null) {
            batch = memory.take();
        }
        batch.asFloatBuffer().put(slot * size.bytes(), image);
    }

    /** Makes a batch of the first slots, on a manager of its own under {@code parent}. */
    ExampleBatch toBatch(NDManager parent, int[] labels, List<ViewKey> keys) {
        ByteBuffer filled = Objects.requireNonNull(batch, "batch");
        batch = null;
        ByteBuffer used = filled.slice(0, Float.BYTES * labels.length * size.bytes());
        Shape shape = new Shape(labels.length, size.height(), size.width(), 3);
        NDManager manager = parent.newSubManager();
        try {
            // Stays open as long as the batch: on the CPU the engine computes on the Java buffer,
            // which this array alone keeps from being collected; the view below does not.
            NDArray nhwc =
                    manager.create(used.order(ByteOrder.nativeOrder()), shape, DataType.FLOAT32);
            // A view, not a copy: convolutions meet channels-last memory under an NCHW shape.
            NDList inputs = new NDList(nhwc.transpose(0, 3, 1, 2));
            return new ExampleBatch(manager, inputs, labels, keys, () -> memory.giveBack(filled));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** Gives back what was filled for a batch that does not come. */
    void close() {
        if (batch != null) {
            memory.giveBack(batch);
            batch = null;
        }
    }
}
