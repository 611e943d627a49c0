package io.ssld.images.internal;

import java.io.IOException;

/**
 * What a file says of its image before any pixel is decoded.
 *
 * @param format the format
 * @param width the width as stored, at least 1
 * @param height the height as stored, at least 1
 * @param orientation how the stored image lies
 * @param forOpenCv whether OpenCV decodes this variant rightly, and notices damage
 * @param cost what decoding takes
 */
record ImageHeader(
        ImageFormat format,
        int width,
        int height,
        Orientation orientation,
        boolean forOpenCv,
        DecodingCost cost) {

    ImageHeader {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "image must have at least one pixel, but has " + width + " x " + height);
        }
    }

    /**
     * Reads the header of a file, and checks what can be checked without decoding: that the file is
     * whole and its variant one that is decoded rightly.
     */
    static ImageHeader read(byte[] file) throws IOException {
        if (file.length == 0) {
            throw new IOException("file is empty");
        }
        ImageFormat format = ImageFormat.of(Bytes.bigEndian(file));
        if (format == null) {
            throw new IOException("not an image of a known format");
        }
        return switch (format) {
            case JPEG -> JpegHeader.read(file).header();
            case PNG -> PngHeader.read(file);
            case GIF -> GifReader.header(file);
            case BMP -> BmpHeader.read(file);
            case TIFF -> TiffHeader.read(file);
            case WEBP -> WebpHeader.read(file);
        };
    }
}
