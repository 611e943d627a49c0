package io.ssld.images.internal;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * What readers of javax.imageio return, as RGB bytes: transparency on white, 16 bits to upper 8.
 */
final class Rasters {

    private Rasters() {}

    static Pixels toPixels(BufferedImage image) throws IOException {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
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

    /** The samples of a raster of bytes, pixel by pixel. */
    static byte[] interleaved(Raster raster) {
        byte[] samples =
                new byte
                        [Math.multiplyExact(
                                raster.getNumBands(), raster.getWidth() * raster.getHeight())];
        raster.getDataElements(0, 0, raster.getWidth(), raster.getHeight(), samples);
        return samples;
    }

    static byte onWhite(int value, int alpha) {
        return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
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
}
