package io.ssld.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.view.ErasedBox;
import io.ssld.core.view.ImageSize;
import java.util.Arrays;
import java.util.List;

/** Gathers rendered images in one array, where their bytes first become numbers. */
final class PixelArrays {

    private final ImageSize size;
    private final float[][] tables;
    private final float[] values;

    PixelArrays(ImageSize size, Normalization normalization, int capacity) {
        this.size = size;
        this.tables =
                new float[][] {
                    normalization.table(0), normalization.table(1), normalization.table(2)
                };
        // Filled again for every batch: the engine copies it.
        this.values = new float[Math.multiplyExact(capacity, size.bytes())];
    }

    /** Normalises an image into a slot of the batch, and erases boxes of it. */
    void put(int slot, byte[] rgb, List<ErasedBox> erased) {
        int start = slot * size.bytes();
        int at = start;
        for (int i = 0; i < rgb.length; i += 3, at += 3) {
            values[at] = tables[0][rgb[i] & 0xFF];
            values[at + 1] = tables[1][rgb[i + 1] & 0xFF];
            values[at + 2] = tables[2][rgb[i + 2] & 0xFF];
        }
        for (ErasedBox box : erased) {
            box.erase(values, start, size);
        }
    }

    /** Makes a batch of the first slots, on a manager of its own under {@code parent}. */
    ExampleBatch toBatch(NDManager parent, int[] labels) {
        int length = labels.length * size.bytes();
        float[] data = length == values.length ? values : Arrays.copyOf(values, length);
        Shape shape = new Shape(labels.length, size.height(), size.width(), 3);
        NDManager manager = parent.newSubManager();
        try {
            // Stays open as long as the batch: on the CPU the engine computes on a Java buffer that
            // this array alone keeps from being collected; the view below does not.
            NDArray nhwc = manager.create(data, shape);
            // A view, not a copy: convolutions meet channels-last memory under an NCHW shape.
            NDList inputs = new NDList(nhwc.transpose(0, 3, 1, 2));
            return new ExampleBatch(manager, inputs, labels);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }
}
