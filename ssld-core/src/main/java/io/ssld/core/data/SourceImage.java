package io.ssld.core.data;

import io.ssld.core.image.Pixels;

/**
 * A decoded image and the name of its file's contents.
 *
 * @param pixels what is seen
 * @param digest the first eight bytes of the SHA-256 of the file
 */
record SourceImage(Pixels pixels, long digest) {}
