package io.ssld.images.internal;

import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;
import javax.imageio.IIOException;
import org.jspecify.annotations.Nullable;

/** An image file whose header was read: its size is known, its pixels are not yet decoded. */
public final class ImageFile {

    /** From here on an image alone may use up a heap; below, others did. */
    private static final long LARGE = 16_000_000;

    private final byte[] file;
    private final ImageHeader header;
    private final Decoder decoder;
    private final Decoder plain;

    /** Takes what decodes it, and what does where that would cost more than the header tells. */
    ImageFile(byte[] file, ImageHeader header, Decoder decoder, Decoder plain) {
        this.file = file;
        this.header = header;
        this.decoder = decoder;
        this.plain = plain;
    }

    /**
     * Returns the width of the upright image.
     *
     * @return the width in pixels
     */
    public int width() {
        return header.orientation().uprightWidth(header.width(), header.height());
    }

    /**
     * Returns the height of the upright image.
     *
     * @return the height in pixels
     */
    public int height() {
        return header.orientation().uprightHeight(header.width(), header.height());
    }

    /**
     * Returns how much memory decoding the whole image takes at most beside the file, in the heap
     * and outside: what a program with many images at a time has to share out.
     *
     * @return bytes, an estimate from the header
     */
    public long memory() {
        long pixels = (long) header.width() * header.height();
        return header.cost().memory()
                + (header.orientation() == Orientation.UPRIGHT ? 0 : 3 * pixels);
    }

    /**
     * Tells whether a region costs less than the whole. That is so for JPEG, where the colours of
     * the region alone are computed, and nothing below it; other formats are decoded whole and cut.
     *
     * @return whether {@link #decode(Box)} is worth calling
     */
    public boolean decodesRegions() {
        return header.format() == ImageFormat.JPEG;
    }

    /**
     * Decodes the whole image.
     *
     * @return its pixels, upright
     * @throws IOException if the image is damaged, or too large for the memory there is
     */
    public Pixels decode() throws IOException {
        return decodeStored(null);
    }

    /**
     * Decodes a region. It has exactly the pixels that the whole image has there; damage outside it
     * may go unnoticed.
     *
     * @param region the region, of the upright image
     * @return its pixels, upright
     * @throws IOException if the region is damaged, or too large for the memory there is
     * @throws IllegalArgumentException if the region does not lie in the image
     */
    public Pixels decode(Box region) throws IOException {
        Objects.requireNonNull(region, "region");
        if (!region.isIn(width(), height())) {
            throw new IllegalArgumentException(
                    "region must lie in the image of "
                            + width()
                            + " x "
                            + height()
                            + ", but was "
                            + region);
        }
        return decodeStored(header.orientation().toStored(region, header.width(), header.height()));
    }

    private Pixels decodeStored(@Nullable Box region) throws IOException {
        try {
            Pixels stored = explained(() -> chosen().decode(file, header, region));
            return header.orientation().upright(stored);
        } catch (OutOfMemoryError e) {
            if ((long) header.width() * header.height() < LARGE) {
                throw e;
            }
            throw new IOException(
                    "image of "
                            + width()
                            + " x "
                            + height()
                            + " needs more memory than there is; raise -Xmx or lower maxPixels",
                    e);
        }
    }

    private Decoder chosen() throws IOException {
        return decoder.decodesAtThatCost(file, header) ? decoder : plain;
    }

    /** Does what reads a file, and says of what goes wrong what it means. */
    static <T> T explained(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (EOFException e) {
            throw new IOException("file is truncated", e);
        } catch (IIOException e) {
            throw new IOException("broken or unsupported image: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            // Readers answer broken headers with whatever their arrays and checks throw.
            throw new IOException("broken image: " + e, e);
        }
    }

    /** Reads something of a file. */
    interface Reading<T> {
        T read() throws IOException;
    }
}
