package io.ssld.images.view;

/** How the box of a view becomes the network's input. */
public enum Interpolation {
    /** OpenCV's {@code INTER_LINEAR}: four pixels are mixed whatever the scale, no antialias. */
    OPENCV_BILINEAR,
    /** Pillow's {@code BILINEAR}: a triangle as wide as the reduction, so antialiased. */
    PILLOW_BILINEAR,
    /** Pillow's {@code BICUBIC}: a cubic (a = -0.5) as wide as the reduction, so antialiased. */
    PILLOW_BICUBIC
}
