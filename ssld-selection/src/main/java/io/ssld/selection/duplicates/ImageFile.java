package io.ssld.selection.duplicates;

import io.ssld.core.image.ImageDecoder;
import io.ssld.core.image.Pixels;
import io.ssld.core.internal.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    /** Beyond what any sane image file has. */
    private static final long MAX_BYTES = 1L << 30;

    /** Reads a file, or says why it cannot be an image. */
    static byte[] read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, "file not found");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("not a regular file");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    "file must have at most " + MAX_BYTES + " bytes, but has " + Files.size(file));
        }
        return Files.readAllBytes(file);
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
