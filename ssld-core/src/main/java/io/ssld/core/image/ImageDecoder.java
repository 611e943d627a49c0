package io.ssld.core.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of an image file into RGB pixels, or says why not. What javax.imageio would get
 * half right is refused: truncated files, CMYK, samples of more than 16 bits.
 *
 * <p>Grey becomes three equal channels, 16 bits keep their upper 8 (as libpng and OpenCV do),
 * transparency is laid on white, of an animation the first frame is taken. Colour profiles and EXIF
 * orientation are ignored.
 */
public final class ImageDecoder {

    private final long maxPixels;

    /** Refuses images of more pixels, before memory is taken for them. */
    public ImageDecoder(long maxPixels) {
        this.maxPixels = maxPixels;
    }

    public Pixels decode(byte[] file) throws IOException {
        if (file.length == 0) {
            throw new IOException("file is empty");
        }
        // A memory stream by hand: ImageIO's own would be backed by a file, or need a global
        // switch.
        try (ImageInputStream stream =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new IOException("not an image of a known format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                return toPixels(read(reader));
            } catch (EOFException e) {
                throw new IOException("file is truncated", e);
            } catch (IIOException e) {
                throw new IOException("broken or unsupported image: " + e.getMessage(), e);
            } catch (RuntimeException e) {
                // Readers answer broken headers with whatever their arrays and checks throw.
                throw new IOException("broken image: " + e, e);
            } finally {
                reader.dispose();
            }
        }
    }

    private BufferedImage read(ImageReader reader) throws IOException {
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        // 2^31 / 3 bounds the array that the pixels go to.
        if (width * height > Math.min(maxPixels, Integer.MAX_VALUE / 3)) {
            throw new IOException(
                    "image must have at most "
                            + maxPixels
                            + " pixels, but has "
                            + width
                            + " x "
                            + height);
        }
        if (height <= 4 && reader.getFormatName().equals("gif")) {
            // If it is interlaced, the JDK puts rows in the wrong places.
            throw new IOException("GIF must have more than 4 rows, but has " + height);
        }
        Warnings warnings = new Warnings();
        reader.addIIOReadWarningListener(warnings);
        BufferedImage image = reader.read(0);
        if (warnings.first != null) {
            throw new IOException("damaged image: " + warnings.first);
        }
        return image;
    }

    private static Pixels toPixels(BufferedImage image) throws IOException {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        Raster raster = image.getRaster();
        ColorModel colors = image.getColorModel();
        if (colors instanceof IndexColorModel palette) {
            fromPalette(raster, palette, rgb);
        } else if (isPlainRgb(raster, colors)) {
            raster.getDataElements(0, 0, width, height, rgb);
        } else {
            // Samples straight from the raster: getRGB would brighten grey by a gamma.
            fromSamples(raster, colors, rgb);
        }
        return new Pixels(width, height, rgb);
    }

    private static boolean isPlainRgb(Raster raster, ColorModel colors) {
        return raster.getTransferType() == DataBuffer.TYPE_BYTE
                && raster.getNumDataElements() == 3
                && raster.getNumBands() == 3
                && colors.getColorSpace().getType() == ColorSpace.TYPE_RGB;
    }

    private static void fromPalette(Raster raster, IndexColorModel palette, byte[] rgb) {
        int[] argb = new int[palette.getMapSize()];
        palette.getRGBs(argb);
        int[] row = new int[raster.getWidth()];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, row.length, 1, 0, row);
            for (int index : row) {
                int color = argb[index];
                int alpha = color >>> 24;
                rgb[at++] = onWhite(color >> 16 & 0xFF, alpha);
                rgb[at++] = onWhite(color >> 8 & 0xFF, alpha);
                rgb[at++] = onWhite(color & 0xFF, alpha);
            }
        }
    }

    private static void fromSamples(Raster raster, ColorModel colors, byte[] rgb)
            throws IOException {
        int channels = requireGreyOrRgb(colors);
        int bands = raster.getNumBands();
        int[] row = new int[raster.getWidth() * bands];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, raster.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands) {
                int alpha = colors.hasAlpha() ? toByte(row[x + channels], colors, channels) : 0xFF;
                for (int c = 0; c < 3; c++) {
                    int band = channels == 1 ? 0 : c;
                    rgb[at++] = onWhite(toByte(row[x + band], colors, band), alpha);
                }
            }
        }
    }

    /** Returns the number of colour channels, or says what the image has instead. */
    private static int requireGreyOrRgb(ColorModel colors) throws IOException {
        int type = colors.getColorSpace().getType();
        int channels = colors.getNumColorComponents();
        boolean known =
                (type == ColorSpace.TYPE_GRAY && channels == 1)
                        || (type == ColorSpace.TYPE_RGB && channels == 3);
        int transfer = colors.getTransferType();
        boolean whole =
                transfer == DataBuffer.TYPE_BYTE
                        || transfer == DataBuffer.TYPE_USHORT
                        || transfer == DataBuffer.TYPE_INT;
        int bits = 0;
        for (int size : colors.getComponentSize()) {
            bits = Math.max(bits, size);
        }
        if (!known || !whole || bits > 16 || colors.isAlphaPremultiplied()) {
            throw new IOException(
                    "image must be grey or RGB with whole samples of at most 16 bits, but is "
                            + (type == ColorSpace.TYPE_CMYK ? "CMYK" : "of colour space " + type)
                            + " with samples of type "
                            + transfer
                            + " and "
                            + bits
                            + " bits");
        }
        return channels;
    }

    private static int toByte(int sample, ColorModel colors, int band) {
        int bits = colors.getComponentSize(band);
        if (bits >= 8) {
            return sample >> (bits - 8);
        }
        int max = (1 << bits) - 1;
        return (sample * 255 + max / 2) / max;
    }

    private static byte onWhite(int value, int alpha) {
        return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
    }

    /**
     * Keeps the first warning. A reader that meets the end of the file too early warns and fills up
     * with grey, so a warning is an error here, but for colour profiles, which are not used.
     */
    private static final class Warnings implements IIOReadWarningListener {

        private @Nullable String first;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            if (first == null && !warning.contains("ICC")) {
                first = warning;
            }
        }
    }
}
