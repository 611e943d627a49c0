package io.ssld.zoo;

/** How the original of a network scales images. Both are equal to the original's bytes. */
public enum Interpolation {
    /**
     * Bilinear as OpenCV computes it: in fixed point, and without a filter against aliasing, so
     * that a large image is sampled and not averaged.
     */
    OPENCV_BILINEAR,

    /**
     * Bicubic as Pillow computes it: in fixed point, with a = -0.5 and a kernel that widens with
     * the reduction.
     */
    PIL_BICUBIC
}
