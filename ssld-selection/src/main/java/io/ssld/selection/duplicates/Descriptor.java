package io.ssld.selection.duplicates;

import io.ssld.images.internal.Pixels;
import java.util.List;

/**
 * Describes whole images by vectors, so that images alike have vectors of high cosine.
 *
 * <p>A descriptor only proposes candidates; {@link NearDuplicateFinder} verifies them. It is called
 * from several threads at once, and must give an image the same vector each time, whatever images
 * come with it.
 */
@FunctionalInterface
public interface Descriptor {

    /**
     * Describes images.
     *
     * @param images decoded images of any size, their longer side at most 512 pixels
     * @return one vector an image, in order, all of one length; the length of a vector in the sense
     *     of geometry does not matter, but numbers must be finite and not all zero
     */
    float[][] describe(List<Pixels> images);
}
