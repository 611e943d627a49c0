package io.ssld.core.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One of the two ways to pixels. Used by many threads at once. */
interface Decoder {

    /** What decodes, and of which version. */
    String name();

    /**
     * Whether this decodes an image rightly, and at no other cost than its header tells.
     *
     * @throws IOException if the file is damaged
     */
    boolean decodes(byte[] file, ImageHeader header) throws IOException;

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
