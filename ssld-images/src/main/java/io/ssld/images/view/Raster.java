package io.ssld.images.view;

import java.util.Objects;

/**
 * An RGB image of bytes that operations change, and a second buffer for those that cannot do it in
 * place. Used again for one image after another, so that rendering leaves no garbage.
 */
public final class Raster {

    private int width;
    private int height;
    private byte[] rgb = {};
    private byte[] spare = {};

    /** Takes a copy of an image's first {@code 3 * width * height} bytes. */
    public void load(byte[] source, int newWidth, int newHeight) {
        Objects.requireNonNull(source, "source");
        width = newWidth;
        height = newHeight;
        int length = length();
        if (rgb.length < length) {
            rgb = new byte[length];
        }
        System.arraycopy(source, 0, rgb, 0, length);
    }

    public void store(byte[] target) {
        Objects.requireNonNull(target, "target");
        System.arraycopy(rgb, 0, target, 0, length());
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** The number of bytes in use; the buffers may be longer. */
    int length() {
        return 3 * width * height;
    }

    byte[] rgb() {
        return rgb;
    }

    /** A buffer of the same length, holding anything. */
    byte[] spare() {
        if (spare.length < length()) {
            spare = new byte[length()];
        }
        return spare;
    }

    /** Makes what was written to {@link #spare} the image. */
    void swap() {
        byte[] old = rgb;
        rgb = spare;
        spare = old;
    }

    /** Applies an operation. */
    public void apply(PixelOp op) {
        Objects.requireNonNull(op, "op");
        if (op instanceof PixelOp.Tone tone) {
            ToneOps.apply(tone, this);
        } else if (op instanceof PixelOp.Color color) {
            ColorOps.apply(color, this);
        } else {
            GeometricOps.apply((PixelOp.Geometric) op, this);
        }
    }
}
