package io.ssld.core.data.internal;

import io.ssld.base.internal.Digests;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.internal.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads and decodes image files, and keeps the first ones decoded until its memory is used up.
 *
 * <p>What is kept is never given up for something newer: passes go round and round through all
 * images, and then the least recently used one is the very next to be wanted.
 */
final class ImageLoader {

    private final ImageDecoder decoder;
    private final long cacheBytes;
    private final AtomicLong used = new AtomicLong();
    private final ConcurrentMap<Path, SourceImage> kept = new ConcurrentHashMap<>();

    ImageLoader(ImageDecoder decoder, long cacheBytes) {
        this.decoder = decoder;
        this.cacheBytes = cacheBytes;
    }

    /** Returns an image decoded if it is kept, else one that decodes what is asked for. */
    SourceImage load(Path file) throws IOException {
        SourceImage image = kept.get(file);
        return image == null ? decodeOrOpen(file) : image;
    }

    private SourceImage decodeOrOpen(Path file) throws IOException {
        byte[] bytes = read(file);
        ImageFile opened = decoder.open(bytes);
        long digest = Digests.first8(bytes);
        long cost = 3L * opened.width() * opened.height();
        if (used.addAndGet(cost) > cacheBytes) {
            used.addAndGet(-cost);
            return SourceImage.of(opened, digest);
        }
        boolean keeps = false;
        try {
            SourceImage image = SourceImage.of(opened.decode(), digest);
            keeps = kept.putIfAbsent(file, image) == null;
            return image;
        } finally {
            if (!keeps) {
                used.addAndGet(-cost);
            }
        }
    }

    static byte[] read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, Presence.reason(file));
        }
        return ImageDecoder.read(file);
    }
}
