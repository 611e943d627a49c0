package io.ssld.core.data.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.images.view.ErasedBox;
import io.ssld.images.view.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gathers rendered images in one array, where their bytes first become numbers. */
final class PixelArrays {

    private final ImageSize size;
    private final float[][] tables;
    private final ImageLayout layout;
    private final BatchMemory memory;
    // One image: it stays in the processor's cache until it is copied.
    private final float[] image;
    private final float[] planes;
    private @Nullable ByteBuffer batch;

    PixelArrays(
            ImageSize size, Normalization normalization, ImageLayout layout, BatchMemory memory) {
        this.size = size;
        this.layout = layout;
        this.tables =
                new float[][] {
                    normalization.table(0), normalization.table(1), normalization.table(2)
                };
        this.memory = memory;
        this.image = new float[size.bytes()];
        this.planes = new float[layout == ImageLayout.NCHW ? size.bytes() : 0];
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
        batch.asFloatBuffer().put(slot * size.bytes(), laid());
    }

    private float[] laid() {
        if (layout == ImageLayout.CHANNELS_LAST) {
            return image;
        }
        int plane = image.length / 3;
        for (int i = 0; i < plane; i++) {
            planes[i] = image[3 * i];
            planes[plane + i] = image[3 * i + 1];
            planes[2 * plane + i] = image[3 * i + 2];
        }
        return planes;
    }

    /** Makes a batch of the first slots, on a manager of its own under {@code parent}. */
    ExampleBatch toBatch(NDManager parent, int[] labels, List<ViewKey> keys) {
        ByteBuffer filled = Objects.requireNonNull(batch, "batch");
        batch = null;
        ByteBuffer used = filled.slice(0, Float.BYTES * labels.length * size.bytes());
        NDManager manager = parent.newSubManager();
        try {
            // Stays open as long as the batch: on the CPU the engine computes on the Java buffer,
            // which this array alone keeps from being collected; the view below does not.
            NDArray held =
                    manager.create(
                            used.order(ByteOrder.nativeOrder()),
                            shape(labels.length),
                            DataType.FLOAT32);
            // A view, not a copy: convolutions meet channels-last memory under an NCHW shape.
            NDArray images = layout == ImageLayout.NCHW ? held : held.transpose(0, 3, 1, 2);
            return new ExampleBatch(
                    manager, new NDList(images), labels, keys, () -> memory.giveBack(filled));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private Shape shape(int images) {
        return layout == ImageLayout.NCHW
                ? new Shape(images, 3, size.height(), size.width())
                : new Shape(images, size.height(), size.width(), 3);
    }

    /** Gives back what was filled for a batch that does not come. */
    void close() {
        if (batch != null) {
            memory.giveBack(batch);
            batch = null;
        }
    }
}
