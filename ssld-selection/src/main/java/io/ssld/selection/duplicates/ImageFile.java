package io.ssld.selection.duplicates;

import io.ssld.base.internal.Digests;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.internal.Pixels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What is known of one image file without comparing it.
 *
 * @param digest SHA-256 of the file
 * @param pixelDigest SHA-256 of width, height and decoded pixels
 * @param views its vectors, of unit length
 */
record ImageFile(String digest, String pixelDigest, Views views) {

    /** Reads a file, or says why it cannot be an image. */
    static byte[] read(Path file) throws IOException {
        return ImageDecoder.read(file);
    }

    static String digest(byte[] bytes) {
        return HexFormat.of().formatHex(Digests.sha256().digest(bytes));
    }

    /** Digests, decodes and describes a file, or takes all that from the cache. */
    static ImageFile load(
            Path file, ImageDecoder decoder, ViewDescriber describer, DescriptorCache cache)
            throws IOException {
        byte[] bytes = read(file);
        String digest = digest(bytes);
        DescriptorCache.Entry known = cache.get(digest);
        if (known == null) {
            Pixels pixels = decoder.decode(bytes);
            Views views = describer.describe(Thumbnails.shrink(pixels, Thumbnails.LONGEST));
            known = DescriptorCache.Entry.of(digest, pixelDigest(pixels), views);
            cache.put(known);
        }
        return new ImageFile(digest, known.pixelDigest(), known.views());
    }

    private static String pixelDigest(Pixels pixels) {
        MessageDigest sha = Digests.sha256();
        sha.update(ByteBuffer.allocate(8).putInt(pixels.width()).putInt(pixels.height()).array());
        return HexFormat.of().formatHex(sha.digest(pixels.rgb()));
    }
}
