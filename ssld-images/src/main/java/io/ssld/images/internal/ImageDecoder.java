package io.ssld.images.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of an image file into RGB pixels, or says why not: nothing is decoded half right.
 *
 * <table>
 * <caption>What is decoded; everything else is refused with a reason</caption>
 * <tr><th>format</th><th>variants</th></tr>
 * <tr><td>JPEG</td><td>baseline and progressive Huffman, 8 bits; grey, YCbCr, RGB, CMYK, YCCK</td></tr>
 * <tr><td>PNG</td><td>all; checksums are verified</td></tr>
 * <tr><td>GIF</td><td>the first frame, on its screen</td></tr>
 * <tr><td>BMP</td><td>uncompressed, 1 to 32 bits</td></tr>
 * <tr><td>TIFF</td><td>the first image; grey, palette or RGB, with or without alpha, up to 16 bits;
 *     uncompressed, LZW, deflate, PackBits</td></tr>
 * <tr><td>WebP</td><td>still images, if OpenCV is on the class path</td></tr>
 * </table>
 *
 * <p>Grey becomes three equal channels, 16 bits keep their upper 8 (as libpng and OpenCV do),
 * transparency is laid on white, CMYK is multiplied out, the orientation that EXIF or TIFF tell is
 * applied, colour profiles are ignored.
 *
 * <p>The JDK's own readers decode, whatever others are registered. Where OpenCV is on the class
 * path, it decodes 8-bit RGB PNG, to the same pixels in half the time, and WebP. The system
 * property {@value #PROPERTY} ({@code auto}, {@code plain}, {@code opencv}) says otherwise. May be
 * used by many threads at once.
 */
public final class ImageDecoder {

    /** The system property that says which libraries decode where the code does not. */
    public static final String PROPERTY = "ssld.image.decoder";

    /** Beyond what any sane image file has. */
    private static final long MAX_FILE_BYTES = 1L << 30;

    /** Which libraries decode. */
    public enum Choice {
        /** OpenCV for what it does better, if it is there and its natives load. */
        AUTO,
        /** The JDK alone. */
        PLAIN,
        /** As {@link #AUTO}, but OpenCV has to be there. */
        OPENCV;

        private static Choice ofProperty() {
            String value = System.getProperty(PROPERTY, "auto");
            for (Choice choice : values()) {
                if (choice.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return choice;
                }
            }
            throw new IllegalArgumentException(
                    PROPERTY + " must be auto, plain or opencv, but was " + value);
        }
    }

    /** The most pixels that an image may have where nobody says otherwise. */
    public static final long USUAL_MAX_PIXELS = 100_000_000;

    private final long maxPixels;
    private final @Nullable OpenCvLibrary openCv;
    private final List<Decoder> decoders = new ArrayList<>();
    private final Decoder plain = new PlainDecoder();

    /**
     * Creates the decoder that the system property {@value #PROPERTY} chooses, by default {@link
     * Choice#AUTO}.
     *
     * @param maxPixels images of more are refused, before memory is taken for them; so are those
     *     whose decoding would go through five times as many (scans of a JPEG file, tiles that
     *     reach beyond the image), or take more than 16 bytes for each of so many
     */
    public ImageDecoder(long maxPixels) {
        this(maxPixels, Choice.ofProperty());
    }

    /**
     * Creates a decoder.
     *
     * @param maxPixels images of more are refused, before memory is taken for them; so are those
     *     whose decoding would go through five times as many (scans of a JPEG file, tiles that
     *     reach beyond the image), or take more than 16 bytes for each of so many
     * @param choice which libraries decode
     * @throws IllegalStateException if OpenCV is demanded but not there
     */
    public ImageDecoder(long maxPixels, Choice choice) {
        Objects.requireNonNull(choice, "choice");
        this.maxPixels = maxPixels;
        openCv = choice == Choice.PLAIN ? null : OpenCvLibrary.find();
        if (choice == Choice.OPENCV) {
            OpenCvLibrary.require(openCv);
        }
        if (openCv != null) {
            decoders.add(openCv);
        }
        decoders.add(plain);
    }

    /**
     * Returns what decodes, with versions, for the record of a run. Does not load OpenCV's natives.
     *
     * @return for example {@code OpenCV 4.9.0, javax.imageio 17.0.15}: the first decodes what it
     *     can do better, the last everything else
     */
    public String name() {
        return decoders.stream().map(Decoder::name).collect(Collectors.joining(", "));
    }

    /**
     * Reads the bytes of an image file.
     *
     * @param file the file
     * @return its bytes
     * @throws java.nio.file.NoSuchFileException if it does not exist
     * @throws IOException if it is no regular file, longer than 1 GiB or cannot be read
     */
    public static byte[] read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, "file not found");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("not a regular file");
        }
        long size = Files.size(file);
        if (size > MAX_FILE_BYTES) {
            throw new IOException(
                    "file must have at most " + MAX_FILE_BYTES + " bytes, but has " + size);
        }
        return Files.readAllBytes(file);
    }

    /**
     * Reads a file's header and checks all that can be checked without decoding.
     *
     * @param file the whole file; kept, and not to be changed any more
     * @return the image, to be decoded
     * @throws IOException if the file is no image, not whole, of a variant that is not decoded, or
     *     has too many pixels or costs more than those may; the message says which
     */
    public ImageFile open(byte[] file) throws IOException {
        Objects.requireNonNull(file, "file");
        ImageHeader header = ImageFile.explained(() -> ImageHeader.read(file));
        DecodingCost.check(header, maxPixels);
        for (Decoder decoder : decoders) {
            if (decoder.decodes(header)) {
                return new ImageFile(file, header, decoder, plain);
            }
        }
        throw new IOException(
                "WebP needs OpenCV, which "
                        + (openCv == null ? "is not used" : openCv.failure())
                        + "; put org.openpnp:opencv on the class path");
    }

    /**
     * Decodes a whole file.
     *
     * @param file the whole file
     * @return its pixels, upright
     * @throws IOException as {@link #open}, or if the image is damaged
     */
    public Pixels decode(byte[] file) throws IOException {
        Objects.requireNonNull(file, "file");
        return open(file).decode();
    }
}
