package io.ssld.core.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.engine.internal.kernels.Fenced;
import java.util.Objects;

/**
 * How a batch of images of shape {@code (N, C, H, W)} lies in memory.
 *
 * <p>On a CPU the engine's weight gradient of 1x1 convolutions is wrong for channels-last images,
 * writes where it must not and ends the JVM sooner or later (docs/architecture.md, 12); DJL's own
 * MobileNetV2 is among the networks that it ends. So {@link #CHANNELS_LAST} is for networks that
 * are fenced against it, for GPUs, and for those who measured their own.
 */
public enum ImageLayout {
    /** Plane after plane, as the shape says. */
    NCHW,

    /** Pixel after pixel, the channels of each side by side. */
    CHANNELS_LAST;

    /**
     * Returns what is right for a network.
     *
     * @param network the network
     * @param device where it computes
     * @return {@link #CHANNELS_LAST} for networks that are {@link Fenced} and on GPUs, else {@link
     *     #NCHW}
     */
    public static ImageLayout of(Block network, Device device) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(device, "device");
        return network instanceof Fenced || device.isGpu() ? CHANNELS_LAST : NCHW;
    }

    /**
     * Lays out the inputs of a network. Values and shapes stay.
     *
     * @param inputs any arrays; images are those of four dimensions
     * @return a list with a view of each image that lies so already, a copy of each other one, both
     *     on its manager, and the other arrays themselves
     */
    public NDList lay(NDList inputs) {
        Objects.requireNonNull(inputs, "inputs");
        NDList laid = new NDList(inputs.size());
        for (NDArray input : inputs) {
            laid.add(input.getShape().dimension() == 4 ? lay(input) : input);
        }
        return laid;
    }

    private NDArray lay(NDArray image) {
        NDArray laid = this == NCHW ? ordered(image) : pixels(image);
        laid.setName(image.getName());
        return laid;
    }

    /** Through one axis, as the engine then has the usual order; no copy if it has it already. */
    private static NDArray ordered(NDArray image) {
        Shape shape = image.getShape();
        try (NDArray numbers = image.reshape(-1)) {
            return numbers.reshape(shape);
        }
    }

    private static NDArray pixels(NDArray image) {
        try (NDArray pixels = image.transpose(0, 2, 3, 1);
                NDArray ordered = ordered(pixels)) {
            return ordered.transpose(0, 3, 1, 2);
        }
    }
}
