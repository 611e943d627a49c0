package io.ssld.core.data;

import ai.djl.ndarray.NDArray;

/** Finds out how an image lies in memory, which DJL does not tell. */
public final class LayoutProbe {

    private LayoutProbe() {}

    /**
     * Whether the flattened image is a view: what is written into it is seen in the image.
     *
     * @param image of different values, with more than one channel and pixel; left as it is
     */
    public static ImageLayout of(NDArray image) {
        NDArray flat = image.duplicate().reshape(-1);
        NDArray copy = image.reshape(-1);
        copy.addi(2);
        boolean view = !image.reshape(-1).equals(flat);
        copy.subi(2);
        return view ? ImageLayout.NCHW : ImageLayout.CHANNELS_LAST;
    }
}
