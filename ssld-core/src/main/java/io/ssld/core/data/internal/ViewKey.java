package io.ssld.core.data.internal;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Names a view of an image wherever it is made again: the image by its content, the view by its
 * number.
 *
 * @param digest the first eight bytes of the SHA-256 of the image's file, big-endian
 * @param view which view of the image, from 0
 * @param image where the image is, for messages
 */
public record ViewKey(long digest, int view, Path image) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public ViewKey {
        Objects.requireNonNull(image, "image");
    }
}
