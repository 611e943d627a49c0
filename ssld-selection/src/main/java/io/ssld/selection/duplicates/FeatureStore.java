package io.ssld.selection.duplicates;

import io.ssld.core.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * SIFT features of image files, the last few hundred kept: a reference image is a candidate for
 * many. Threads may share a store.
 */
final class FeatureStore {

    /** Of about 160 kB each. */
    private static final int KEPT = 400;

    private final ImageDecoder decoder;
    private final Map<Key, Features> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Features> eldest) {
                    return size() > KEPT;
                }
            };

    FeatureStore(ImageDecoder decoder) {
        this.decoder = decoder;
    }

    private record Key(Path file, boolean mirrored) {}

    Features get(Path file, boolean mirrored) throws IOException {
        Key key = new Key(file, mirrored);
        synchronized (kept) {
            Features known = kept.get(key);
            if (known != null) {
                return known;
            }
        }
        // Twice, if two threads ask at once: better than one waiting for all.
        Features found = SiftExtractor.extract(decoder.decode(ImageFile.read(file)), mirrored);
        synchronized (kept) {
            kept.put(key, found);
        }
        return found;
    }
}
