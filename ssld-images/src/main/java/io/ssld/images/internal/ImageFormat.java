package io.ssld.images.internal;

import org.jspecify.annotations.Nullable;

/** The formats that are decoded, told apart by how a file begins: its name says nothing. */
enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    BMP,
    TIFF,
    WEBP;

    /** Returns the format of a file, or null if it is none of these. */
    static @Nullable ImageFormat of(Bytes file) {
        if (file.startsWith(0, 0xFF, 0xD8, 0xFF)) {
            return JPEG;
        }
        if (file.startsWith(0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return PNG;
        }
        if (file.startsWith(0, 'G', 'I', 'F', '8', '7', 'a')
                || file.startsWith(0, 'G', 'I', 'F', '8', '9', 'a')) {
            return GIF;
        }
        if (file.startsWith(0, 'B', 'M')) {
            return BMP;
        }
        if (file.startsWith(0, 'I', 'I', 42, 0) || file.startsWith(0, 'M', 'M', 0, 42)) {
            return TIFF;
        }
        if (file.startsWith(0, 'R', 'I', 'F', 'F') && file.startsWith(8, 'W', 'E', 'B', 'P')) {
            return WEBP;
        }
        return null;
    }
}
