package io.ssld.core.data.internal;

import io.ssld.images.internal.Box;
import io.ssld.images.internal.ImageFile;
import io.ssld.images.internal.Pixels;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An image and the name of its file's contents; its pixels are decoded already or when wanted. */
final class SourceImage {

    private final long digest;
    private final int width;
    private final int height;
    private final @Nullable ImageFile file;
    private final @Nullable Pixels pixels;

    private SourceImage(
            long digest, int width, int height, @Nullable ImageFile file, @Nullable Pixels pixels) {
        this.digest = digest;
        this.width = width;
        this.height = height;
        this.file = file;
        this.pixels = pixels;
    }

    static SourceImage of(Pixels pixels, long digest) {
        return new SourceImage(digest, pixels.width(), pixels.height(), null, pixels);
    }

    static SourceImage of(ImageFile file, long digest) {
        return new SourceImage(digest, file.width(), file.height(), file, null);
    }

    /** The first eight bytes of the SHA-256 of the file. */
    long digest() {
        return digest;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Whether a region takes less time than the whole image. */
    boolean hasCheapRegions() {
        return file != null && file.decodesRegions();
    }

    Pixels whole() throws IOException {
        return pixels != null ? pixels : Objects.requireNonNull(file).decode();
    }

    /** Exactly the pixels that the whole image has there. */
    Pixels region(Box region) throws IOException {
        return Objects.requireNonNull(file, "file").decode(region);
    }
}
