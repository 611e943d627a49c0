package io.ssld.images.internal;

import java.io.IOException;
import java.util.Locale;

/**
 * What decoding an image takes, told by its header before anything is taken. A file of a few bytes
 * may cost hours or gigabytes where its decoder goes through other pixels than those of the image:
 * tiles that reach far beyond it, or the whole of it again for each scan.
 *
 * @param work how many pixels the decoder goes through, each as often as it does
 * @param memory how many bytes it takes at most beside the file, in the heap and outside
 */
record DecodingCost(long work, long memory) {

    /**
     * How much more work than pixels is allowed: a progressive JPEG of the largest size may have
     * five scans, one of half the size ten, which is what encoders write.
     */
    private static final long WORK_FACTOR = 5;

    /** Sixteen bits and alpha, once as the reader has them, as RGB, and once more upright. */
    private static final long BYTES_PER_PIXEL = 16;

    /** Below that, nothing is worth a refusal: 5 million pixels take a tenth of a second. */
    private static final long MIN_PIXELS = 1_000_000;

    /** Java's arrays end at 2^31; four samples of each pixel are in one of them. */
    private static final long MAX_PIXELS = Integer.MAX_VALUE / 4;

    /** The cost of going once through the pixels. */
    static DecodingCost once(long width, long height, int bytesPerPixel) {
        return new DecodingCost(width * height, width * height * bytesPerPixel);
    }

    /** Fails for an image that is too large for a limit of pixels, or costs more than those may. */
    static void check(ImageHeader header, long maxPixels) throws IOException {
        long pixels = (long) header.width() * header.height();
        if (pixels > Math.min(maxPixels, MAX_PIXELS)) {
            throw new IOException(
                    "image must have at most "
                            + maxPixels
                            + " pixels, but has "
                            + header.width()
                            + " x "
                            + header.height());
        }
        long most = Math.max(MIN_PIXELS, Math.min(maxPixels, MAX_PIXELS));
        require("go through", header.cost().work, WORK_FACTOR * most, "pixels", header);
        require("take", header.cost().memory, BYTES_PER_PIXEL * most, "bytes of memory", header);
    }

    private static void require(String verb, long cost, long most, String unit, ImageHeader header)
            throws IOException {
        if (cost > most) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "decoding must %s at most %d %s, but %s of %d x %d needs %d; convert"
                                    + " it",
                            verb,
                            most,
                            unit,
                            header.format(),
                            header.width(),
                            header.height(),
                            cost));
        }
    }
}
