package io.ssld.selection.duplicates;

import io.ssld.images.internal.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes the views of an image. */
interface ViewDescriber {

    /**
     * Describes an image and its mirror image.
     *
     * @param image its longer side at most {@link Thumbnails#LONGEST} pixels
     * @return the vectors, not yet of unit length
     */
    Views describe(Pixels image);

    /** Cuts the views out and asks a descriptor. */
    static ViewDescriber of(Descriptor descriptor, int views) {
        return image -> {
            List<Pixels> all = new ArrayList<>(Windows.cut(image, views));
            all.addAll(Windows.cut(Thumbnails.mirror(image), views));
            float[][] vectors = descriptor.describe(all);
            if (vectors.length != all.size()) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "descriptor must give %d images %d vectors, but gave %d",
                                all.size(),
                                all.size(),
                                vectors.length));
            }
            float[][] plain = java.util.Arrays.copyOf(vectors, views);
            return new Views(plain, java.util.Arrays.copyOfRange(vectors, views, 2 * views));
        };
    }
}
