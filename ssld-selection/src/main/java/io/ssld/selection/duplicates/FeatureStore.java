package io.ssld.selection.duplicates;

import io.ssld.images.internal.ImageDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * SIFT features of image files, as many of the last ones kept as fit a quarter of the heap: a
 * reference image is a candidate for many. Threads may share a store.
 */
final class FeatureStore {

    /** Bytes of one image's features and picture, about. */
    private static final long EACH = 160_000;

    private static final int PICTURES = 16;

    private final long most = Math.max(64, Runtime.getRuntime().maxMemory() / 4 / EACH);
    private final ImageDecoder decoder;
    private final Map<Key, Features> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Features> eldest) {
                    return size() > most;
                }
            };

    /** Two megabytes each: few, for they are asked for in turns. */
    private final Map<Path, Picture> pictures =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Path, Picture> eldest) {
                    return size() > PICTURES;
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

    /** The image in colour. */
    Picture picture(Path file) throws IOException {
        synchronized (pictures) {
            Picture known = pictures.get(file);
            if (known != null) {
                return known;
            }
        }
        Picture read = Picture.of(decoder.decode(ImageFile.read(file)));
        synchronized (pictures) {
            pictures.put(file, read);
        }
        return read;
    }
}
