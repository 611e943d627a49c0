package io.ssld.images.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One of the two ways to pixels. Used by many threads at once. */
interface Decoder {

    /** What decodes, and of which version. */
    String name();

    /** Whether this decodes the image of that header rightly. */
    boolean decodes(ImageHeader header);

    /**
     * Whether a file costs what its header tells, which may need a look at all of it.
     *
     * @throws IOException if the image is damaged
     */
    default boolean decodesAtThatCost(byte[] file, ImageHeader header) throws IOException {
        return true;
    }

    /**
     * Decodes what is stored; the orientation is left to the caller.
     *
     * @param file the whole file
     * @param header the file's header
     * @param region the part that is wanted, in the stored image; null for all of it
     * @throws IOException if the image is damaged
     */
    Pixels decode(byte[] file, ImageHeader header, @Nullable Box region) throws IOException;
}
