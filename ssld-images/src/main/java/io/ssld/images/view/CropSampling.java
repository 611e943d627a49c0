package io.ssld.images.view;

/** How the box of a random crop is drawn. */
public enum CropSampling {
    /**
     * PaddleClas' {@code RandCropImage}: the aspect ratio uniformly, the area uniformly from the
     * part of its range that fits with that ratio, so that one draw always succeeds.
     */
    PADDLE,
    /** The same with the logarithm of the aspect ratio drawn: {@code use_log_aspect}. */
    PADDLE_LOG_ASPECT,
    /**
     * torchvision's {@code RandomResizedCrop}: area and the logarithm of the aspect ratio drawn up
     * to ten times until they fit, otherwise the largest box of a permitted ratio in the centre.
     */
    TORCHVISION,
    /** A box of the image's own size, somewhere in the image with a margin laid around it. */
    PADDED,
    /** The whole image, resized whatever its shape: how PaddleClas trains on lines of text. */
    WHOLE
}
